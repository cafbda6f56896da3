/** Steps of the journeys about quotes, reactions, edits and deletions: what staff ask for, and what both sides come to see. */
import { randomUUID } from 'node:crypto';
import { errorSchema, type ErrorInfo } from '@switchboard/contract/failure';
import { waMessageIdOf } from '@switchboard/contract/ids';
import { messageSchema, type Message } from '@switchboard/contract/message';
import { paths } from '@switchboard/contract/paths';
import type { Payload } from '@switchboard/contract/payload';
import { threadSchema, type Thread } from '@switchboard/contract/thread';
import { doc, serverTimestamp, setDoc } from 'firebase/firestore';
import { newCustomer, sendText, threadsOf, whenMessage, type LinkedAccount, type Sent } from './journey.ts';
import { simulator, type ShownMessage } from './simulator-client.ts';
import { adminFirestore } from './stack.ts';
import type { Staff } from './staff.ts';
import { waitFor, waitForDocument } from './wait.ts';

/** A customer who has written to an account and got an answer. */
export interface Talk extends LinkedAccount {
  readonly customer: string;
  readonly threadId: string;
  /** What the customer wrote, and what staff answered: WhatsApp's ids. */
  readonly theirs: string;
  readonly ours: string;
}

/** The text both wrote first. */
export const THEIR_TEXT = 'Is my order ready?';
export const OUR_TEXT = 'It will be tomorow';

export async function beginTalk(staff: Staff, shop: LinkedAccount, name: string): Promise<Talk> {
  const customer = await newCustomer(name);
  const theirs = await simulator.send(customer, { to: shop.phone, text: THEIR_TEXT });
  const threadId = await waitFor(
    async () => (await threadsOf(shop.accountId)).find(({ phoneE164 }) => phoneE164 === customer)?.threadId ?? '',
    (id) => id !== '',
    { what: `${name} to have a thread`, timeoutMs: 60_000 },
  );
  const sent = await sendText(staff, { accountId: shop.accountId, threadId }, OUR_TEXT);
  await whenMessage(shop.accountId, sent, 'delivered');
  return { ...shop, customer, threadId, theirs, ours: sent.waMessageId };
}

/** Writes an outbox document as a front end would. */
export async function send(staff: Staff, { accountId, threadId }: Talk, payload: Payload): Promise<Sent> {
  const requestId = randomUUID();
  await setDoc(doc(staff.db, paths.outbox(requestId)), {
    accountId,
    threadId,
    payload,
    status: 'queued',
    createdBy: staff.uid,
    createdAt: serverTimestamp(),
  });
  return { requestId, waMessageId: waMessageIdOf(accountId, requestId) };
}

/** Waits until a message of the thread is stored as wanted. */
export function whenStored(
  { threadId }: Pick<Talk, 'threadId'>,
  messageId: string,
  what: string,
  isMet: (message: Message) => boolean,
): Promise<Message> {
  const reference = adminFirestore().doc(paths.message(threadId, messageId));
  return waitForDocument(reference, messageSchema, isMet, { what, timeoutMs: 60_000 });
}

/** Waits until the customer's phone shows a message as wanted. */
export async function whenShown(
  { customer, phone }: Talk,
  what: string,
  isMet: (message: ShownMessage) => boolean,
): Promise<ShownMessage> {
  const shown = await waitFor(
    async () => (await simulator.messages(customer, phone)).find(isMet),
    (message) => message !== undefined,
    { what: `the customer to see ${what}`, timeoutMs: 60_000 },
  );
  if (!shown) throw new Error('unreachable: waitFor returned nothing');
  return shown;
}

export async function threadOf({ threadId }: Pick<Talk, 'threadId'>): Promise<Thread> {
  return threadSchema.parse((await adminFirestore().doc(paths.thread(threadId)).get()).data());
}

/** Waits until an entry is refused. */
export async function whenRefused({ requestId }: Sent): Promise<ErrorInfo> {
  const reference = adminFirestore().doc(paths.outbox(requestId));
  const data = await waitFor(
    async () => (await reference.get()).data(),
    (entry) => entry?.['status'] === 'rejected',
    { what: `outbox entry ${requestId} to be refused` },
  );
  return errorSchema.parse(data?.['error']);
}
