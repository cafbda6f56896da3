/**
 * The list of opt-outs. The wish is also on the customer's thread, written in the same commit, so that an answer in a thread
 * needs no look at the list. What waits for them is ended by the event of that commit (`outbox/end-unwanted.ts`).
 */
import { accountSchema } from '@switchboard/contract/account';
import { identityIdOf, optOutIdOf } from '@switchboard/contract/ids';
import { jidOfPhone } from '@switchboard/contract/jid';
import { optOutSchema } from '@switchboard/contract/opt-out';
import { paths } from '@switchboard/contract/paths';
import { identitySchema, threadSchema } from '@switchboard/contract/thread';
import type { Timestamp as ContractTimestamp } from '@switchboard/contract/timestamp';
import {
  FieldValue,
  type DocumentReference,
  type DocumentSnapshot,
  type Firestore,
  type Transaction,
} from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { addAudit, type Deed } from './audit.ts';
import { isDocumentId } from './document-id.ts';
import { unsettledInThread } from './queries.ts';
import { idsOf } from './sweeping.ts';

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
        if (isOptedOut) tx.set(ref, { accountId, team, phoneE164, threadId, reason, optedOutAt, createdBy: deed.by });
        else tx.delete(ref);
        if (threadId !== null) tx.update(db.doc(paths.thread(threadId)), { optedOutAt });
        addAudit(db, tx, deed);
      },
    });
  });
}

async function findByPhone(db: Firestore, tx: Transaction, accountId: string, phoneE164: string): Promise<Customer> {
  const threadId = threadOf(await tx.get(identityOf(db, accountId, phoneE164)));
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

function identityOf(db: Firestore, accountId: string, phoneE164: string): DocumentReference {
  return db.doc(paths.identity(identityIdOf(accountId, jidOfPhone(phoneE164))));
}

function threadOf(identity: DocumentSnapshot): string | null {
  return identity.exists ? identitySchema.parse(identity.data()).threadId : null;
}

/** A wish that is on the list. */
export interface StoredOptOut {
  readonly optedOutAt: ContractTimestamp;
  /** Where messages to this customer may wait: the thread that carries the wish, and the one their number leads to. */
  readonly threadIds: readonly string[];
}

/** @returns `null` when it is not on the list, or no longer. */
export async function readOptOut(db: Firestore, optOutId: string): Promise<StoredOptOut | null> {
  const snapshot = await db.doc(paths.optOut(optOutId)).get();
  if (!snapshot.exists) return null;
  const { accountId, phoneE164, threadId = null, optedOutAt } = optOutSchema.parse(snapshot.data());
  const byNumber = phoneE164 === null ? null : threadOf(await identityOf(db, accountId, phoneE164).get());
  return { optedOutAt, threadIds: [...new Set([threadId, byNumber])].filter((id) => id !== null) };
}

/** The entries of a thread that are routed and have no end yet, however many. */
export function unsettledIn(db: Firestore, threadId: string): AsyncIterable<string> {
  return idsOf(unsettledInThread(db, threadId), []);
}
