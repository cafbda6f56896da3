/**
 * Leases and heartbeats in Firestore. Whether a host is alive is judged inside the transaction by Firestore's own
 * clock (`readTime - updateTime` of its heartbeat document). `epoch` only grows; nothing here ever deletes a lease.
 */
import type { Account } from '@switchboard/contract/account';
import { accountSchema } from '@switchboard/contract/account';
import { isHeartbeatFresh, leaseSchema, type HostRecord } from '@switchboard/contract/lease';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, Timestamp, type DocumentSnapshot, type Firestore, type Query } from 'firebase-admin/firestore';
import type { Clock } from '../clock.ts';
import { allHosts, freeAccounts, ownedAccounts } from './queries.ts';
import { watchQuery } from './watch.ts';

type HeartbeatFields = Pick<HostRecord, 'state' | 'accounts' | 'capacity' | 'version'>;

/** Writes the heartbeat document; creates it the first time. */
export async function writeHeartbeat(
  db: Firestore,
  hostId: string,
  startedAtMs: number,
  fields: HeartbeatFields,
): Promise<void> {
  await db.doc(paths.host(hostId)).set({
    ...fields,
    startedAt: Timestamp.fromMillis(startedAtMs),
    heartbeatAt: FieldValue.serverTimestamp(),
  });
}

function isAlive(host: DocumentSnapshot): boolean {
  if (!host.exists || host.get('state') === 'gone' || host.updateTime === undefined) return false;
  return isHeartbeatFresh(host.readTime.toMillis(), host.updateTime.toMillis());
}

export interface HostsView {
  readonly alive: readonly { readonly hostId: string; readonly accounts: number; readonly capacity: number }[];
  readonly deadHostIds: readonly string[];
}

/** Reads every host's heartbeat. A dead host is one that is silent for longer than the lease lasts, or said goodbye. */
export async function readHosts(db: Firestore): Promise<HostsView> {
  const { docs } = await allHosts(db).get();
  const alive = docs.filter(isAlive).map((host) => ({
    hostId: host.id,
    accounts: Number(host.get('accounts')),
    capacity: Number(host.get('capacity')),
  }));
  return { alive, deadHostIds: docs.filter((host) => !isAlive(host)).map((host) => host.id) };
}

/** Forgets a dead host once nothing points at it any more. Its leases stay: their epochs must only grow. */
export async function forgetHost(db: Firestore, hostId: string): Promise<void> {
  await db.doc(paths.host(hostId)).delete();
}

export type Acquired = { readonly epoch: number; readonly account: Account } | null;

/**
 * Takes an account's lease if it is free, ours already, or its holder is dead.
 *
 * @returns the new epoch and the account as read in the same transaction, or `null` when a living host holds it.
 */
export async function acquireLease(db: Firestore, accountId: string, hostId: string): Promise<Acquired> {
  return db.runTransaction(async (transaction) => {
    const [leaseSnapshot, accountSnapshot] = await transaction.getAll(
      db.doc(paths.lease(accountId)),
      db.doc(paths.account(accountId)),
    );
    if (!leaseSnapshot || !accountSnapshot?.exists) return null;
    const lease = leaseSnapshot.exists ? leaseSchema.parse(leaseSnapshot.data()) : { hostId: null, epoch: 0 };
    if (lease.hostId !== null && lease.hostId !== hostId) {
      const holder = await transaction.get(db.doc(paths.host(lease.hostId)));
      if (isAlive(holder)) return null;
    }
    const epoch = lease.epoch + 1;
    transaction.set(leaseSnapshot.ref, { hostId, epoch, updatedAt: FieldValue.serverTimestamp() });
    transaction.update(accountSnapshot.ref, { ownerHostId: hostId, updatedAt: FieldValue.serverTimestamp() });
    return { epoch, account: { ...accountSchema.parse(accountSnapshot.data()), ownerHostId: hostId } };
  });
}

/** Gives a lease back, keeping its epoch. Does nothing when it is no longer ours. */
export async function releaseLease(db: Firestore, accountId: string, hostId: string, epoch: number): Promise<void> {
  await db.runTransaction(async (transaction) => {
    const leaseReference = db.doc(paths.lease(accountId));
    const [lease, account] = await transaction.getAll(leaseReference, db.doc(paths.account(accountId)));
    if (lease?.get('hostId') !== hostId || lease.get('epoch') !== epoch) return;
    transaction.update(leaseReference, { hostId: null, updatedAt: FieldValue.serverTimestamp() });
    if (account?.get('ownerHostId') === hostId) {
      transaction.update(account.ref, { ownerHostId: null, updatedAt: FieldValue.serverTimestamp() });
    }
  });
}

/** Whether this lease is still ours at this epoch. */
export async function holdsLease(db: Firestore, accountId: string, hostId: string, epoch: number): Promise<boolean> {
  const lease = await db.doc(paths.lease(accountId)).get();
  return lease.get('hostId') === hostId && lease.get('epoch') === epoch;
}

/** The accounts whose documents name this host as their owner. */
export async function readOwnedAccountIds(db: Firestore, hostId: string): Promise<string[]> {
  const { docs } = await ownedAccounts(db, hostId).get();
  return docs.map((snapshot) => snapshot.id);
}

export interface AccountListener {
  readonly onAccount: (accountId: string, data: unknown) => void;
  readonly onRemoved: (accountId: string) => unknown;
  readonly onBroken: (error: Error, retryInMs: number) => void;
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
      onBroken: listener.onBroken,
    },
    clock,
  );
}
