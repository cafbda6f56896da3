/**
 * Leases and heartbeats in Firestore. Whether a host is alive is judged by Firestore's own clock (`readTime - updateTime` of its
 * heartbeat document). `epoch` only grows; nothing here ever deletes a lease.
 */
import { randomUUID } from 'node:crypto';
import type { Account, AccountStatus } from '@switchboard/contract/account';
import { accountSchema } from '@switchboard/contract/account';
import {
  hostSchema,
  isHeartbeatFresh,
  LEASE_TTL_MS,
  leaseSchema,
  type HostRecord,
  type HostState,
} from '@switchboard/contract/lease';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, Timestamp, type DocumentSnapshot, type Firestore, type Query } from 'firebase-admin/firestore';
import type { Clock } from '../clock.ts';
import { allHosts, freeAccounts, ownedAccounts } from './queries.ts';
import { claimInBatch, type ClaimedSession } from './sessions.ts';
import { asRead, undisturbed, type KnownVersion } from './undisturbed.ts';
import { watchQuery } from './watch.ts';

type HeartbeatFields = Pick<HostRecord, 'state' | 'accounts' | 'capacity' | 'version'> &
  Partial<Pick<HostRecord, 'leaseTtlMs' | 'fencedForMs' | 'rates'>>;

/** Writes the heartbeat document; creates it the first time. */
export async function writeHeartbeat(
  db: Firestore,
  hostId: string,
  startedAtMs: number,
  fields: HeartbeatFields,
): Promise<void> {
  await db.doc(paths.host(hostId)).set({
    leaseTtlMs: LEASE_TTL_MS,
    ...fields,
    startedAt: Timestamp.fromMillis(startedAtMs),
    heartbeatAt: FieldValue.serverTimestamp(),
  });
}

/** How long a host's leases still hold if it stays silent, ms by Firestore's clock; 0 when they are over. */
function leaseLeftMs(host: DocumentSnapshot): number {
  const parsed = hostSchema.safeParse(host.data());
  // A heartbeat nobody can read protects nothing; its host fences itself by the session and the epoch.
  if (!parsed.success || parsed.data.state === 'gone' || host.updateTime === undefined) return 0;
  const [readMs, writtenMs] = [host.readTime.toMillis(), host.updateTime.toMillis()];
  const { leaseTtlMs } = parsed.data;
  return isHeartbeatFresh(readMs, writtenMs, leaseTtlMs) ? leaseTtlMs - (readMs - writtenMs) : 0;
}

function isAlive(host: DocumentSnapshot): boolean {
  return leaseLeftMs(host) > 0;
}

export interface LivingHost {
  readonly hostId: string;
  readonly state: HostState;
  readonly isFenced: boolean;
  readonly accounts: number;
  readonly capacity: number;
  /** How long its leases still hold if it stays silent from now on, ms. */
  readonly leaseLeftMs: number;
}

export interface HostsView {
  readonly alive: readonly LivingHost[];
  readonly deadHostIds: readonly string[];
}

/** Reads every host's heartbeat. A dead host is one that is silent for longer than its leases last, or said goodbye. */
export async function readHosts(db: Firestore): Promise<HostsView> {
  const { docs } = await allHosts(db).get();
  const alive = docs.filter(isAlive).map((host) => {
    const { state, fencedForMs, accounts, capacity } = hostSchema.parse(host.data());
    const leaseLeft = leaseLeftMs(host);
    return { hostId: host.id, state, isFenced: fencedForMs > 0, accounts, capacity, leaseLeftMs: leaseLeft };
  });
  return { alive, deadHostIds: docs.filter((host) => !isAlive(host)).map((host) => host.id) };
}

/**
 * Forgets a dead host if nothing points at it any more; one that came back stays. Leases stay: their epochs must only grow. Accounts are
 * looked for after the host was read: one that beats and takes any meanwhile is not as it was read. Of a host without a document, no
 * other would find them.
 */
export async function forgetHost(db: Firestore, hostId: string): Promise<void> {
  await undisturbed(async () => {
    const host = await db.doc(paths.host(hostId)).get();
    if (!host.exists || isAlive(host)) return;
    const { empty } = await ownedAccounts(db, hostId).limit(1).get();
    if (empty) await host.ref.delete(asRead(host));
  });
}

/** The lease this host holds on an account. What is written under it bears its epoch, so that a later owner tells it apart. */
export interface HeldLease {
  readonly accountId: string;
  readonly hostId: string;
  readonly epoch: number;
}

/** An account whose document nobody here can read: it was written by a newer version, or by hand. Its lease was not touched. */
export class MalformedAccountError extends Error {
  constructor(accountId: string, detail: string) {
    super(`the account ${accountId} cannot be read: ${detail}`);
    this.name = 'MalformedAccountError';
  }
}

/** An account that was taken, and all that was claimed and learned with it. */
export interface Acquired {
  readonly lease: HeldLease;
  /** As it is under the lease. */
  readonly account: Account;
  /** Of that account document. */
  readonly accountVersion: KnownVersion;
  /** `null` when there is none yet, or none that can be read. */
  readonly session: ClaimedSession | null;
}

/**
 * Takes an account's lease if it is free, ours already, or its holder is dead. A holder that was found dead and comes back before this
 * commits has lost its leases by its own clock, which is the stricter one (`host/heartbeat.ts`): it would first have to take this one
 * anew, and then it is not as it was read.
 *
 * All that has to be written before the account can be connected is in the one commit: its session is claimed, it does not pass for
 * connected any more, and a code that a former owner may have shown goes, for it was good for the connection of that one.
 *
 * @param givenUp aborted once nobody waits for the answer any more: nothing is begun after that, whatever it finds.
 * @returns `null` when a living host holds it.
 * @throws MalformedAccountError before anything is written, for what is written tells the account's owner to look at it again.
 */
export async function acquireLease(
  db: Firestore,
  accountId: string,
  hostId: string,
  givenUp?: AbortSignal,
): Promise<Acquired | null> {
  return undisturbed(async () => {
    const [lease, account, session] = await db.getAll(
      db.doc(paths.lease(accountId)),
      db.doc(paths.account(accountId)),
      db.doc(paths.session(accountId)),
    );
    if (!lease || !session || !account?.exists) return null;
    const { hostId: holder, epoch } = lease.exists ? leaseSchema.parse(lease.data()) : { hostId: null, epoch: 0 };
    if (holder !== null && holder !== hostId && isAlive(await db.doc(paths.host(holder)).get())) return null;
    givenUp?.throwIfAborted();
    return take(db, { lease, account, session }, { accountId, hostId, epoch: epoch + 1 });
  });
}

/** @param found everything as it was read: the commit fails if any of it changed since. */
async function take(
  db: Firestore,
  found: Readonly<Record<'lease' | 'account' | 'session', DocumentSnapshot>>,
  lease: HeldLease,
): Promise<Acquired> {
  const { accountId, hostId, epoch } = lease;
  const account = accountSchema.safeParse(found.account.data());
  if (!account.success) throw new MalformedAccountError(accountId, account.error.message);
  const updatedAt = FieldValue.serverTimestamp();
  const shown = { ...unconnected(account.data.status), ownerHostId: hostId };
  const batch = db.batch();
  batch.update(found.account.ref, { ...shown, updatedAt }, asRead(found.account));
  if (found.lease.exists) batch.update(found.lease.ref, { hostId, epoch, updatedAt }, asRead(found.lease));
  else batch.create(found.lease.ref, { hostId, epoch, updatedAt });
  batch.delete(db.doc(paths.linking(accountId)));
  const claim = { epoch, writer: randomUUID() };
  const document = claimInBatch(batch, found.session, claim);
  // In the order in which they were added.
  const [ofAccount, , , ofSession] = await batch.commit();
  if (!ofAccount) throw new Error('Firestore answered a commit without a result');
  return {
    lease,
    account: { ...account.data, ...shown },
    accountVersion: ofAccount.writeTime,
    session:
      document && ofSession ? { document, fence: { updateTime: ofSession.writeTime }, writer: claim.writer } : null,
  };
}

/** How an account is shown while nobody has connected it. */
function unconnected(status: unknown): Partial<Pick<Account, 'status' | 'statusReason'>> {
  return status === 'connected' ? { status: 'reconnecting', statusReason: null } : {};
}

/** In which a code may be shown. */
const LINKING: ReadonlySet<unknown> = new Set<AccountStatus>(['connecting', 'qr_ready']);

function isHolder(lease: DocumentSnapshot, hostId: string, epoch: number): boolean {
  return lease.get('hostId') === hostId && lease.get('epoch') === epoch;
}

/**
 * Gives a lease back, keeping its epoch. Does nothing when it is no longer ours. Whoever takes it next connects at once; until then
 * nobody does: the account must not pass for connected, and a code for linking, good for a connection that is closed, must not be scanned.
 *
 * @returns whether it was ours.
 */
export async function releaseLease(db: Firestore, accountId: string, hostId: string, epoch: number): Promise<boolean> {
  return undisturbed(async () => {
    const [lease, account] = await db.getAll(db.doc(paths.lease(accountId)), db.doc(paths.account(accountId)));
    if (!lease || !isHolder(lease, hostId, epoch)) return false;
    const updatedAt = FieldValue.serverTimestamp();
    const batch = db.batch();
    batch.update(lease.ref, { hostId: null, updatedAt }, asRead(lease));
    if (account?.get('ownerHostId') === hostId) {
      batch.update(
        account.ref,
        { ...unconnected(account.get('status')), ownerHostId: null, updatedAt },
        asRead(account),
      );
      if (LINKING.has(account.get('status'))) batch.delete(db.doc(paths.linking(accountId)));
    }
    await batch.commit();
    return true;
  });
}

/** Whether this lease is still ours at this epoch. */
export async function holdsLease(db: Firestore, accountId: string, hostId: string, epoch: number): Promise<boolean> {
  return isHolder(await db.doc(paths.lease(accountId)).get(), hostId, epoch);
}

/** Which host the lease of an account names, alive or not; `null` when it is free. */
export async function readLeaseHolder(db: Firestore, accountId: string): Promise<string | null> {
  const lease = await db.doc(paths.lease(accountId)).get();
  return lease.exists ? leaseSchema.parse(lease.data()).hostId : null;
}

/** The accounts whose documents name this host as their owner. */
export async function readOwnedAccountIds(db: Firestore, hostId: string): Promise<string[]> {
  const { docs } = await ownedAccounts(db, hostId).get();
  return docs.map((snapshot) => snapshot.id);
}

export interface AccountListener {
  readonly onAccount: (accountId: string, data: unknown) => void;
  readonly onRemoved: (accountId: string) => unknown;
  /** All accounts there are have been reported: at the beginning, and again after a break. */
  readonly onCurrent?: () => void;
  readonly onBroken: (error: Error, retryInMs: number) => void;
}

/** The accounts that nobody runs, as they are stored. */
export async function readFreeAccountIds(db: Firestore): Promise<string[]> {
  const { docs } = await freeAccounts(db).get();
  return docs.map((snapshot) => snapshot.id);
}

/** Reports accounts that nobody runs. @returns how to stop. */
export function watchFreeAccounts(db: Firestore, listener: AccountListener, clock: Clock): () => void {
  return watchAccounts(freeAccounts(db), listener, clock);
}

/** Reports every change of the accounts this host owns. @returns how to stop. */
export function watchOwnedAccounts(db: Firestore, hostId: string, listener: AccountListener, clock: Clock): () => void {
  return watchAccounts(ownedAccounts(db, hostId), listener, clock);
}

function watchAccounts(query: Query, listener: AccountListener, clock: Clock): () => void {
  return watchQuery(
    query,
    {
      onChanged: (snapshot) => {
        listener.onAccount(snapshot.id, snapshot.data());
      },
      onRemoved: (snapshot) => {
        listener.onRemoved(snapshot.id);
      },
      ...(listener.onCurrent && { onCurrent: listener.onCurrent }),
      onBroken: listener.onBroken,
    },
    clock,
  );
}
