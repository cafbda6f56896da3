/**
 * The list of opt-outs. The wish is also on the customer's threads, written in the same commit, so that an answer in a thread
 * needs no look at the list; a thread that began later, or whose number became known later, has it from the router, which looks once
 * (`outbox.ts`). What waits for them is ended by the event of that commit (`outbox/end-unwanted.ts`).
 */
import { accountSchema } from '@switchboard/contract/account';
import { identityIdOf, optOutIdOf } from '@switchboard/contract/ids';
import { jidOfPhone } from '@switchboard/contract/jid';
import { optOutKeyOf, optOutSchema } from '@switchboard/contract/opt-out';
import { paths } from '@switchboard/contract/paths';
import { identitySchema, threadSchema } from '@switchboard/contract/thread';
import type { Timestamp as ContractTimestamp } from '@switchboard/contract/timestamp';
import { FieldValue, type Firestore, type Transaction } from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { addAudit, type Deed } from './audit.ts';
import { isDocumentId } from './document-id.ts';
import { threadsOfPhone, unsettledInThread } from './queries.ts';
import { idsOf } from './sweeping.ts';

const accountPart = z.pick(accountSchema, { team: true, phoneE164: true });
const threadPart = z.pick(threadSchema, { accountId: true, phoneE164: true, clientJid: true });

/** The customer the wish is about, as the list knows them. */
export interface Customer {
  readonly key: string;
  readonly phoneE164: string | null;
  /** The thread that was named, or the one their number leads to. */
  readonly threadId: string | null;
  /** All of the account's with them: each carries the wish. */
  readonly threadIds: readonly string[];
  /** The list may know them by these from before their number was known. */
  readonly jids: readonly string[];
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
        const { key, phoneE164, threadId, threadIds, jids } = customer;
        const refOf = (one: string) => db.doc(paths.optOut(optOutIdOf(accountId, one)));
        const optedOutAt = isOptedOut ? FieldValue.serverTimestamp() : null;
        const { team } = account;
        const listed = { accountId, team, phoneE164, threadId, reason, optedOutAt, createdBy: deed.by };
        if (isOptedOut) tx.set(refOf(key), listed);
        else for (const one of new Set([key, ...jids])) tx.delete(refOf(one));
        for (const id of threadIds) tx.update(db.doc(paths.thread(id)), { optedOutAt });
        addAudit(db, tx, deed);
      },
    });
  });
}

async function findByPhone(db: Firestore, tx: Transaction, accountId: string, phoneE164: string): Promise<Customer> {
  const { threads, leadsTo } = await threadsWith(db, tx, accountId, phoneE164);
  return { key: phoneE164, phoneE164, threadId: leadsTo, ...carriersOf(threads) };
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
  const { phoneE164 } = thread;
  const others = phoneE164 === null ? [] : (await threadsWith(db, tx, accountId, phoneE164)).threads;
  return { key: optOutKeyOf(thread), phoneE164, threadId, ...carriersOf(new Map([...others, [threadId, thread]])) };
}

type Threads = ReadonlyMap<string, z.infer<typeof threadPart>>;

function carriersOf(threads: Threads): Pick<Customer, 'threadIds' | 'jids'> {
  return { threadIds: [...threads.keys()], jids: [...threads.values()].map(({ clientJid }) => clientJid) };
}

/** The account's threads with a number: those that carry it, and the one its jid leads to, which may not know the number yet. */
async function threadsWith(
  db: Firestore,
  tx: Transaction,
  accountId: string,
  phoneE164: string,
): Promise<{ readonly threads: Threads; readonly leadsTo: string | null }> {
  const { docs } = await tx.get(threadsOfPhone(db, accountId, phoneE164));
  const identity = await tx.get(db.doc(paths.identity(identityIdOf(accountId, jidOfPhone(phoneE164)))));
  const threads = new Map(docs.map((snapshot) => [snapshot.id, threadPart.parse(snapshot.data())]));
  const leadsTo = identity.exists ? identitySchema.parse(identity.data()).threadId : null;
  if (leadsTo !== null && !threads.has(leadsTo)) {
    const snapshot = await tx.get(db.doc(paths.thread(leadsTo)));
    if (snapshot.exists) threads.set(leadsTo, threadPart.parse(snapshot.data()));
  }
  return { threads, leadsTo: leadsTo !== null && threads.has(leadsTo) ? leadsTo : (docs[0]?.id ?? null) };
}

/** Since when a customer (by phone or jid) is on the list; `null` when they are not. */
export async function readListed(
  db: Firestore,
  tx: Transaction,
  accountId: string,
  phoneOrJid: string,
): Promise<ContractTimestamp | null> {
  const snapshot = await tx.get(db.doc(paths.optOut(optOutIdOf(accountId, phoneOrJid))));
  return snapshot.exists ? optOutSchema.parse(snapshot.data()).optedOutAt : null;
}

/** A wish that is on the list. */
export interface StoredOptOut {
  readonly optedOutAt: ContractTimestamp;
  /** Where messages to this customer may wait: the threads that carry the wish, and those that came to their number since. */
  readonly threadIds: readonly string[];
}

/** @returns `null` when it is not on the list, or no longer. */
export async function readOptOut(db: Firestore, optOutId: string): Promise<StoredOptOut | null> {
  return db.runTransaction(
    async (tx) => {
      const snapshot = await tx.get(db.doc(paths.optOut(optOutId)));
      if (!snapshot.exists) return null;
      const { accountId, phoneE164, threadId = null, optedOutAt } = optOutSchema.parse(snapshot.data());
      const named = threadId === null ? [] : [threadId];
      const others = phoneE164 === null ? [] : (await threadsWith(db, tx, accountId, phoneE164)).threads.keys();
      return { optedOutAt, threadIds: [...new Set([...named, ...others])] };
    },
    { readOnly: true },
  );
}

/** The entries of a thread that are routed and have no end yet, however many. */
export function unsettledIn(db: Firestore, threadId: string): AsyncIterable<string> {
  return idsOf(unsettledInThread(db, threadId), []);
}
