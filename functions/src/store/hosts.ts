/** Which accounts no living host runs, how those are shown, and the documents of hosts that are long gone. */
import { accountSchema, type Account, type AccountStatus } from '@switchboard/contract/account';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, type Firestore, type Query, type QueryDocumentSnapshot } from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { ageMs, hostsIdleFor, idleMs, isHostAlive } from './idle-hosts.ts';
import { accountsOwnedBy, freeAccountsIn, hostAccountsIn } from './queries.ts';
import { batchesOf, isDone, pagesOf } from './sweeping.ts';

const accountPart = z.pick(accountSchema, { status: true, desired: true, updatedAt: true });

/** Accounts that are at rest until somebody asks need no host. */
const NEEDS_HOST: readonly AccountStatus[] = ['connecting', 'qr_ready', 'connected', 'reconnecting'];

export interface Unserved {
  readonly accountId: string;
  /** The host that ran it last; empty when it was given back. */
  readonly hostId: string;
}

/** Hears of an account that cannot be read, and is passed over. */
export type OnUnreadable = (accountId: string, error: unknown) => void;

/**
 * The accounts of idle hosts, of lost ones (`lost-hosts.ts`), and those of nobody. Accounts that are served are not read: there are
 * many, and all is well.
 *
 * @param restMs how long an account may lie before it counts: hosts take what is free within seconds.
 */
export async function readUnserved(
  db: Firestore,
  nowMs: number,
  restMs: number,
  lostHostIds: readonly string[],
  onUnreadable: OnUnreadable,
): Promise<Unserved[]> {
  const unserved: Unserved[] = [];
  for (const host of await otherIdleHosts(db, restMs, lostHostIds)) {
    for await (const { account } of wantedOf(accountsOwnedBy(db, host.id), onUnreadable)) {
      if (!(await isTakenAgain(host, account, restMs))) unserved.push({ accountId: account.id, hostId: host.id });
    }
  }
  const unowned = [
    ...lostHostIds.map((hostId) => ({ hostId, query: accountsOwnedBy(db, hostId) })),
    { hostId: '', query: freeAccountsIn(db, NEEDS_HOST) },
  ];
  for (const { hostId, query } of unowned) {
    for await (const { account, updatedAtMs } of wantedOf(query, onUnreadable)) {
      if (nowMs - updatedAtMs > restMs) unserved.push({ accountId: account.id, hostId });
    }
  }
  return unserved;
}

/** Lost hosts that have their document by now are none of them: nothing is known of these yet but that they were lost. */
async function otherIdleHosts(
  db: Firestore,
  restMs: number,
  lostHostIds: readonly string[],
): Promise<QueryDocumentSnapshot[]> {
  return (await hostsIdleFor(db, restMs)).filter(({ id }) => !lostHostIds.includes(id));
}

const FIELDS = ['status', 'desired', 'updatedAt'];

interface Wanted {
  readonly account: QueryDocumentSnapshot;
  readonly updatedAtMs: number;
}

/** Of the accounts of a query, those that need a host. */
async function* wantedOf(query: Query, onUnreadable: OnUnreadable): AsyncGenerator<Wanted> {
  for await (const snapshot of pagesOf(query, FIELDS)) {
    const account = accountPart.safeParse(snapshot.data());
    if (!account.success) {
      onUnreadable(snapshot.id, account.error);
      continue;
    }
    const { status, desired, updatedAt } = account.data;
    if (desired !== 'online' || !NEEDS_HOST.includes(status)) continue;
    yield { account: snapshot, updatedAtMs: updatedAt.toMillis() };
  }
}

const UNCONNECTED: Pick<Account, 'status' | 'statusReason'> = { status: 'reconnecting', statusReason: null };

/**
 * Shows accounts of idle hosts as reconnecting that still pass for connected. A host that takes one, or comes back and takes it anew,
 * writes the account before it connects it: then it is not as it was read, and stays as that host shows it.
 *
 * @param lostHostIds hosts whose accounts stay as they are: should one of them live after all, it says so before the next run.
 * @returns how many.
 */
export async function showUnconnected(
  db: Firestore,
  restMs: number,
  lostHostIds: readonly string[] = [],
): Promise<number> {
  let shown = 0;
  for (const host of await otherIdleHosts(db, restMs, lostHostIds)) {
    for await (const accounts of batchesOf(pagesOf(hostAccountsIn(db, host.id, 'connected'), FIELDS))) {
      const isTaken = await Promise.all(accounts.map((account) => isTakenAgain(host, account, restMs)));
      // One that is back takes all it owns within seconds, and may be connecting it by now.
      if (idleMs(await db.doc(paths.host(host.id)).get()) <= restMs) break;
      const left = accounts.filter((_, at) => isTaken[at] === false);
      shown += (await Promise.all(left.map(showReconnecting))).filter(Boolean).length;
    }
  }
  return shown;
}

function showReconnecting({ ref, updateTime }: QueryDocumentSnapshot): Promise<boolean> {
  const fields = { ...UNCONNECTED, updatedAt: FieldValue.serverTimestamp() };
  return isDone(ref.update(fields, { lastUpdateTime: updateTime }));
}

/**
 * Whether a host that beats and says it runs nothing has taken this account a moment ago: a heartbeat that is stored late, after newer
 * ones, says what was true when it left. Taking writes the account and its lease, and nobody but its owner, who runs it, writes a lease.
 */
async function isTakenAgain(
  host: QueryDocumentSnapshot,
  account: QueryDocumentSnapshot,
  restMs: number,
): Promise<boolean> {
  if (!isHostAlive(host) || ageMs(account) >= restMs) return false;
  const lease = await account.ref.firestore.doc(paths.lease(account.id)).get();
  return ageMs(lease) < restMs;
}

/** Removes what is left of hosts that have been silent for so long and own nothing any more. @returns how many. */
export async function forgetSilentHosts(db: Firestore, afterMs: number): Promise<number> {
  let forgotten = 0;
  const silent = (await hostsIdleFor(db, afterMs)).filter((host) => ageMs(host) > afterMs);
  for (const { id, ref, updateTime } of silent) {
    const { empty } = await accountsOwnedBy(db, id).limit(1).get();
    if (!empty) continue;
    // One that spoke again meanwhile has a newer version, and stays.
    if (await isDone(ref.delete({ lastUpdateTime: updateTime }))) forgotten += 1;
  }
  return forgotten;
}
