/** Follows who owns which account, moment by moment as Firestore tells it: what must hold at every moment is not seen by looking at the end. */
import assert from 'node:assert/strict';
import { accountSchema } from '@switchboard/contract/account';
import { hostSchema } from '@switchboard/contract/lease';
import { COLLECTIONS, paths } from '@switchboard/contract/paths';
import { FieldPath } from 'firebase-admin/firestore';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { ownersOf } from '../support/fleet.ts';
import type { LinkedAccount } from '../support/journey.ts';
import { adminFirestore } from '../support/stack.ts';
import { waitFor } from '../support/wait.ts';

/** Who owned each of the accounts, by the full id of the host; `null`: nobody. */
type Moment = ReadonlyMap<string, { readonly hostId: string | null; readonly writtenAtMs: number }>;

export interface OwnersWatch {
  /** Every state all of the accounts were in together, oldest first. */
  readonly moments: readonly Moment[];
  /** Stops. @throws what went wrong with watching. */
  stop(): void;
}

export function followOwners(accounts: readonly Pick<LinkedAccount, 'accountId'>[]): OwnersWatch {
  const moments: Moment[] = [];
  const errors: Error[] = [];
  const ids = accounts.map(({ accountId }) => accountId);
  const stop = adminFirestore()
    .collection(COLLECTIONS.accounts)
    .where(FieldPath.documentId(), 'in', ids)
    .onSnapshot(
      ({ docs }) => {
        const owners = docs.map((account) => {
          const { ownerHostId: hostId } = accountSchema.parse(account.data());
          return [account.id, { hostId, writtenAtMs: account.updateTime.toMillis() }] as const;
        });
        moments.push(new Map(owners));
      },
      (error) => errors.push(error),
    );
  return {
    moments,
    stop: () => {
      stop();
      assert.deepEqual(errors, []);
      assert.ok(moments.length > 0);
    },
  };
}

/** The most accounts any one of these hosts ever owned. */
export function mostOwned({ moments }: OwnersWatch, hosts: readonly HostProcess[]): number {
  const counts = moments.flatMap((moment) =>
    hosts.map((host) => [...moment.values()].filter(({ hostId }) => isOf(host, hostId)).length),
  );
  return Math.max(0, ...counts);
}

/** The most accounts that ever were without an owner at once. */
export function mostUnowned({ moments }: OwnersWatch): number {
  return Math.max(0, ...moments.map((moment) => [...moment.values()].filter(({ hostId }) => hostId === null).length));
}

/** When accounts were given away, by Firestore's clock, oldest first. One that was taken again at once may be missing. */
export function movesOf({ moments }: OwnersWatch): number[] {
  const free = moments.flatMap((moment) => [...moment.values()].filter(({ hostId }) => hostId === null));
  return [...new Set(free.map(({ writtenAtMs }) => writtenAtMs))].toSorted((a, b) => a - b);
}

/** Everybody who ever owned the account, in order, by the full ids of the hosts. */
export function ownersEver({ moments }: OwnersWatch, accountId: string): (string | null)[] {
  return [...new Set(moments.map((moment) => moment.get(accountId)?.hostId ?? null))];
}

export interface StoredLease {
  readonly accountId: string;
  readonly hostId: string;
  readonly epoch: number;
}

export async function leasesOf(accountIds: readonly string[]): Promise<StoredLease[]> {
  const db = adminFirestore();
  const stored = await db.getAll(...accountIds.map((accountId) => db.doc(paths.lease(accountId))));
  return stored.map((lease) => ({
    accountId: lease.id,
    hostId: String(lease.get('hostId')),
    epoch: Number(lease.get('epoch')),
  }));
}

/** A host adds a suffix of its own to its name. */
export function isOf({ hostId }: HostProcess, id: string | null): boolean {
  return id?.startsWith(`${hostId}-`) === true;
}

/** Waits until these hosts own so many of the accounts each, by their names; `nobody` counts those without an owner. */
export async function whenShared(
  accounts: readonly LinkedAccount[],
  wanted: Readonly<Record<string, number>>,
  timeoutMs = 60_000,
): Promise<void> {
  const isWanted = (owners: Readonly<Record<string, number>>): boolean =>
    Object.entries(wanted).every(([name, count]) => owners[name] === count);
  const what = `the accounts to be shared as ${JSON.stringify(wanted)}`;
  await waitFor(() => ownersOf(accounts), isWanted, { what, timeoutMs });
}

async function beatOf(host: HostProcess): Promise<number> {
  const { docs } = await adminFirestore().collection(COLLECTIONS.hosts).get();
  const own = docs.find(({ id }) => isOf(host, id));
  return own ? hostSchema.parse(own.data()).heartbeatAt.toMillis() : 0;
}

/** Waits until each of these hosts has renewed its leases so often, and with that had as many occasions to look at the others'. */
export async function whenBeaten(hosts: readonly HostProcess[], times: number): Promise<void> {
  const beats = hosts.map(() => new Set<number>());
  const look = async (): Promise<number> => {
    const seen = await Promise.all(hosts.map(beatOf));
    seen.forEach((beat, index) => beats[index]?.add(beat));
    return Math.min(...beats.map(({ size }) => size));
  };
  const what = `${String(times)} heartbeats of ${hosts.map(({ hostId }) => hostId).join(' and ')}`;
  await waitFor(look, (fewest) => fewest > times, { what, timeoutMs: 90_000 });
}

/** Follows the heartbeats of these hosts. @returns how to stop, which tells for how long one of them was silent at most, ms by Firestore's clock. */
export function followPauses(hosts: readonly HostProcess[]): () => number {
  const lastMs = hosts.map(() => Number.POSITIVE_INFINITY);
  const errors: Error[] = [];
  let longestMs = 0;
  const stop = adminFirestore()
    .collection(COLLECTIONS.hosts)
    .onSnapshot(
      ({ docs }) => {
        hosts.forEach((host, index) => {
          const own = docs.find(({ id }) => isOf(host, id));
          if (!own) return;
          const atMs = own.updateTime.toMillis();
          longestMs = Math.max(longestMs, atMs - (lastMs[index] ?? atMs));
          lastMs[index] = atMs;
        });
      },
      (error) => errors.push(error),
    );
  return () => {
    stop();
    assert.deepEqual(errors, []);
    assert.ok(lastMs.every(Number.isFinite));
    return longestMs;
  };
}
