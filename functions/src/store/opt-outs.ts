/**
 * The list of opt-outs. The wish is also on the customer's thread, written in the same commit, so that an answer in a thread
 * needs no look at the list.
 */
import { accountSchema } from '@switchboard/contract/account';
import { identityIdOf, optOutIdOf } from '@switchboard/contract/ids';
import { jidOfPhone } from '@switchboard/contract/jid';
import { paths } from '@switchboard/contract/paths';
import { identitySchema, threadSchema } from '@switchboard/contract/thread';
import { FieldValue, type Firestore, type Transaction } from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { addAudit, type Deed } from './audit.ts';
import { isDocumentId } from './document-id.ts';

const accountPart = z.pick(accountSchema, { team: true, phoneE164: true });
const threadPart = z.pick(threadSchema, { accountId: true, phoneE164: true, clientJid: true });

/** The customer the wish is about, as the list knows them. */
export interface Customer {
  readonly key: string;
  readonly phoneE164: string | null;
  readonly threadId: string | null;
}

export interface OptOutTransaction {
  readonly account: z.infer<typeof accountPart>;
  findByPhone(phoneE164: string): Promise<Customer>;
  /** `null` when there is no such thread of this account. */
  findByThread(threadId: string): Promise<Customer | null>;
  write(customer: Customer, wish: { readonly isOptedOut: boolean; readonly reason: string | null }, deed: Deed): void;
}

/** Runs `work` for an account; `unknown` when there is none. */
export async function changeOptOut<T>(
  db: Firestore,
  accountId: string,
  work: (optOut: OptOutTransaction) => Promise<T>,
): Promise<T | 'unknown'> {
  if (!isDocumentId(accountId)) return 'unknown';
  return db.runTransaction(async (tx) => {
    const snapshot = await tx.get(db.doc(paths.account(accountId)));
    if (!snapshot.exists) return 'unknown';
    const account = accountPart.parse(snapshot.data());
    return work({
      account,
      findByPhone: (phoneE164) => findByPhone(db, tx, accountId, phoneE164),
      findByThread: (threadId) => findByThread(db, tx, accountId, threadId),
      write(customer, { isOptedOut, reason }, deed) {
        const { key, phoneE164, threadId } = customer;
        const ref = db.doc(paths.optOut(optOutIdOf(accountId, key)));
        const optedOutAt = isOptedOut ? FieldValue.serverTimestamp() : null;
        const { team } = account;
        if (isOptedOut) tx.set(ref, { accountId, team, phoneE164, reason, optedOutAt, createdBy: deed.by });
        else tx.delete(ref);
        if (threadId !== null) tx.update(db.doc(paths.thread(threadId)), { optedOutAt });
        addAudit(db, tx, deed);
      },
    });
  });
}

async function findByPhone(db: Firestore, tx: Transaction, accountId: string, phoneE164: string): Promise<Customer> {
  const identity = await tx.get(db.doc(paths.identity(identityIdOf(accountId, jidOfPhone(phoneE164)))));
  const threadId = identity.exists ? identitySchema.parse(identity.data()).threadId : null;
  const thread = threadId === null ? null : await tx.get(db.doc(paths.thread(threadId)));
  return { key: phoneE164, phoneE164, threadId: thread?.exists ? threadId : null };
}

async function findByThread(
  db: Firestore,
  tx: Transaction,
  accountId: string,
  threadId: string,
): Promise<Customer | null> {
  if (!isDocumentId(threadId)) return null;
  const snapshot = await tx.get(db.doc(paths.thread(threadId)));
  const thread = snapshot.exists ? threadPart.parse(snapshot.data()) : null;
  if (thread?.accountId !== accountId) return null;
  const { phoneE164, clientJid } = thread;
  return { key: phoneE164 ?? clientJid, phoneE164, threadId };
}
