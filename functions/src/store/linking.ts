/** Codes for linking that nobody takes back any more, and the hosts that should have. */
import { canAccountMove, accountSchema, statusReasonOf } from '@switchboard/contract/account';
import { hostSchema, isHeartbeatFresh } from '@switchboard/contract/lease';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, type DocumentSnapshot, type Firestore } from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { expiredLinking } from './queries.ts';
import { pagesOf } from './sweeping.ts';

const accountPart = z.pick(accountSchema, { status: true, ownerHostId: true });

/** Whether a heartbeat document proves its host alive, by Firestore's own clock. */
export function isHostAlive(host: DocumentSnapshot): boolean {
  const parsed = hostSchema.safeParse(host.data());
  if (!parsed.success || parsed.data.state === 'gone' || host.updateTime === undefined) return false;
  return isHeartbeatFresh(host.readTime.toMillis(), host.updateTime.toMillis(), parsed.data.leaseTtlMs);
}

/** The accounts that show a code which ran out before a moment. */
export async function* accountsWithExpiredCode(db: Firestore, beforeMs: number): AsyncGenerator<string> {
  for await (const { ref } of pagesOf(expiredLinking(db, beforeMs), ['expiresAt'])) {
    const account = ref.parent.parent;
    if (account) yield account.id;
  }
}

/**
 * Takes back the code of an account that no living host runs, and says on the account that it needs a new one.
 *
 * @returns whether there was something to take back; a living host does it by itself, one that is fenced once it runs its accounts again.
 */
export async function takeBackCode(db: Firestore, accountId: string): Promise<boolean> {
  return db.runTransaction(async (tx) => {
    const ref = db.doc(paths.account(accountId));
    const snapshot = await tx.get(ref);
    const account = snapshot.exists ? accountPart.parse(snapshot.data()) : null;
    const owner = account?.ownerHostId ? await tx.get(db.doc(paths.host(account.ownerHostId))) : null;
    if (owner && isHostAlive(owner)) return false;
    tx.delete(db.doc(paths.linking(accountId)));
    if (account?.status === 'qr_ready' && canAccountMove(account.status, 'needs_qr')) {
      const statusReason = statusReasonOf('qr_expired');
      tx.update(ref, { status: 'needs_qr', statusReason, updatedAt: FieldValue.serverTimestamp() });
    }
    return true;
  });
}
