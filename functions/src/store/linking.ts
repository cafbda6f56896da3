/** Codes for linking: which are dead, and how they are taken back. A code is good for the connection of the host that shows it. */
import { accountSchema, statusReasonOf, type Account } from '@switchboard/contract/account';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, type DocumentSnapshot, type Firestore, type Precondition } from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { ageMs, hostsIdleFor, idleMs, isHostAlive } from './idle-hosts.ts';
import { expiredLinking, hostAccountsIn } from './queries.ts';
import { isDone, pagesOf } from './sweeping.ts';

const accountPart = z.pick(accountSchema, { status: true, desired: true, pendingRequest: true, ownerHostId: true });

/** The accounts whose code may be dead: it ran out before a moment, or its host has run nothing for so long. */
export async function* accountsWithDoubtfulCode(
  db: Firestore,
  expiredBeforeMs: number,
  idleForMs: number,
): AsyncGenerator<string> {
  for await (const { ref } of pagesOf(expiredLinking(db, expiredBeforeMs), ['expiresAt'])) {
    const account = ref.parent.parent;
    if (account) yield account.id;
  }
  for (const host of await hostsIdleFor(db, idleForMs)) {
    for await (const { id } of pagesOf(hostAccountsIn(db, host.id, 'qr_ready'), ['status'])) yield id;
  }
}

/**
 * Takes back the code of an account that no host has run for so long, and says on the account why it is gone. Whoever takes an account
 * writes it and removes its code, a host that comes back too: then neither is as it was read, and the new code stays.
 *
 * @returns whether there was a code to take back; a host that runs the account does it by itself.
 */
export async function takeBackCode(db: Firestore, accountId: string, idleForMs: number): Promise<boolean> {
  const shown = await readShown(db, accountId);
  if (!shown) return false;
  const { account, code, host } = shown;
  if (host && isRun(host, code, idleForMs)) return false;
  const batch = db.batch();
  batch.delete(code.ref, asRead(code));
  const found = account.exists ? accountPart.parse(account.data()) : null;
  if (found?.status === 'qr_ready') {
    batch.update(account.ref, { ...withoutCode(found), updatedAt: FieldValue.serverTimestamp() }, asRead(account));
  }
  return isDone(batch.commit());
}

interface Shown {
  readonly account: DocumentSnapshot;
  readonly code: DocumentSnapshot;
  /** Of the owner, if it has one. */
  readonly host: DocumentSnapshot | null;
}

/** As they all are at one moment; `null` where no code is shown, and where the account is just changing hands. */
async function readShown(db: Firestore, accountId: string): Promise<Shown | null> {
  const ownerOf = (snapshot: DocumentSnapshot): string | null =>
    snapshot.exists ? accountPart.parse(snapshot.data()).ownerHostId : null;
  const ref = db.doc(paths.account(accountId));
  const owner = ownerOf(await ref.get());
  const hosts = owner === null ? [] : [db.doc(paths.host(owner))];
  const [account, code, host] = await db.getAll(ref, db.doc(paths.linking(accountId)), ...hosts);
  if (!account || !code?.exists || ownerOf(account) !== owner) return null;
  return { account, code, host: host ?? null };
}

function asRead({ updateTime }: DocumentSnapshot): Precondition {
  return updateTime ? { lastUpdateTime: updateTime } : {};
}

/** Where a new code was asked for already, it comes with the next host. */
function withoutCode({
  desired,
  pendingRequest,
}: z.infer<typeof accountPart>): Pick<Account, 'status' | 'statusReason'> {
  if (desired === 'online' && pendingRequest) return { status: 'connecting', statusReason: null };
  return { status: 'needs_qr', statusReason: statusReasonOf('host_silent') };
}

/**
 * Whether the host that shows a code may be running its account. One that beats and says it runs nothing may have shown this code since:
 * a heartbeat that is stored late, after newer ones, says what was true when it left.
 */
function isRun(host: DocumentSnapshot, code: DocumentSnapshot, idleForMs: number): boolean {
  return idleMs(host) <= idleForMs || (isHostAlive(host) && ageMs(code) <= idleForMs);
}
