/**
 * The steps journeys are made of: what staff do by writing documents, and what they see by reading them.
 * Staff write under the rules with the web SDK; what only the server may see is read past them.
 */
import { randomUUID } from 'node:crypto';
import { accountRequestSchema, accountSchema, linkingSchema, type Account } from '@switchboard/contract/account';
import { waMessageIdOf } from '@switchboard/contract/ids';
import { messageSchema, type Message, type MessageStatus } from '@switchboard/contract/message';
import { outboxStatusSchema, type OutboxStatus } from '@switchboard/contract/outbox';
import { paths } from '@switchboard/contract/paths';
import { microsOf } from '@switchboard/contract/timestamp';
import { threadSchema, type Thread } from '@switchboard/contract/thread';
import {
  doc,
  getDocFromServer,
  onSnapshot,
  serverTimestamp,
  setDoc,
  type DocumentData,
  type Timestamp,
} from 'firebase/firestore';
import { simulator } from './simulator-client.ts';
import { adminFirestore } from './stack.ts';
import type { Staff } from './staff.ts';
import { freshPhone } from './unique.ts';
import { waitFor, waitForDocument } from './wait.ts';

/**
 * Creates a document as a front end does. When the answer gets lost, the client writes again by itself, and the rules refuse that as a
 * change of what is there: then it is there.
 */
async function create(staff: Staff, path: string, fields: DocumentData): Promise<void> {
  const document = doc(staff.db, path);
  try {
    await setDoc(document, fields);
  } catch (error) {
    const stored = await getDocFromServer(document).catch(() => null);
    if (stored?.get('createdBy') !== staff.uid) throw error;
  }
}

/** Writes an account request as a front end would. @returns its id. */
export async function askAccount(staff: Staff, fields: Record<string, unknown>): Promise<string> {
  const requestId = randomUUID();
  await create(staff, paths.accountRequest(requestId), {
    ...fields,
    status: 'queued',
    createdBy: staff.uid,
    createdAt: serverTimestamp(),
  });
  return requestId;
}

/** Waits until the function has accepted the request. @returns the account it is about. */
export async function accountOfRequest(requestId: string): Promise<string> {
  const request = await waitForDocument(
    adminFirestore().doc(paths.accountRequest(requestId)),
    accountRequestSchema,
    ({ status, accountId }) => (status === 'routed' || status === 'done') && typeof accountId === 'string',
    // An event that got lost is found by the sweep: after 20 s, at its next turn.
    { what: 'the account request to be routed', timeoutMs: 100_000 },
  );
  return request.accountId ?? '';
}

export function whenAccount(
  accountId: string,
  what: string,
  isMet: (account: Account) => boolean,
  timeoutMs = 60_000,
): Promise<Account> {
  return waitForDocument(adminFirestore().doc(paths.account(accountId)), accountSchema, isMet, { what, timeoutMs });
}

/** Waits for the QR string an admin would see. */
export async function shownQr(accountId: string): Promise<string> {
  const linking = await waitForDocument(
    adminFirestore().doc(paths.linking(accountId)),
    linkingSchema,
    ({ qr }) => qr !== null,
    { what: 'a QR code to be shown', timeoutMs: 60_000 },
  );
  return linking.qr ?? '';
}

export interface LinkedAccount {
  readonly accountId: string;
  readonly phone: string;
}

/** Adds a phone of its own and links it by QR, as staff would. Resolves when the account is connected. */
export async function linkByQr(admin: Staff, name: string, phone = freshPhone()): Promise<LinkedAccount> {
  await simulator.addPhone({ phone, name });
  const accountId = await accountOfRequest(await askAccount(admin, { type: 'add', name, phone }));
  await simulator.scan(phone, await shownQr(accountId));
  await whenAccount(accountId, `${name} to be connected`, ({ status }) => status === 'connected');
  return { accountId, phone };
}

/** A customer with WhatsApp on a phone. @returns the phone number. */
export async function newCustomer(name: string): Promise<string> {
  const phone = freshPhone();
  await simulator.addPhone({ phone, name });
  return phone;
}

export interface Sent {
  readonly requestId: string;
  readonly waMessageId: string;
}

/** Writes an outbox document as a front end would. */
export async function sendText(
  staff: Staff,
  to: { accountId: string; toPhone: string } | { accountId: string; threadId: string },
  text: string,
  more: { readonly sendAt?: Timestamp } = {},
): Promise<Sent> {
  const requestId = randomUUID();
  await create(staff, paths.outbox(requestId), {
    ...to,
    ...more,
    payload: { kind: 'text', text },
    status: 'queued',
    createdBy: staff.uid,
    createdAt: serverTimestamp(),
  });
  return { requestId, waMessageId: waMessageIdOf(to.accountId, requestId) };
}

/** Waits until an outbox entry has a status, and fails early when it ends in another. */
export function whenOutbox(requestId: string, status: OutboxStatus, timeoutMs = 60_000): Promise<void> {
  return whenOutboxIs(requestId, status, (seen) => seen === status, timeoutMs);
}

/**
 * Waits until an outbox entry is routed. A trigger that an overloaded emulator loses is made good by the sweep, which
 * looks once a minute at entries that are a while old: that is no slowness of a host, and waits have to tell the two apart.
 */
export function whenRouted(requestId: string, timeoutMs = 150_000): Promise<void> {
  return whenOutboxIs(requestId, 'routed', (seen) => seen !== 'queued', timeoutMs);
}

async function whenOutboxIs(
  requestId: string,
  what: string,
  isMet: (seen: OutboxStatus) => boolean,
  timeoutMs: number,
): Promise<void> {
  const reference = adminFirestore().doc(paths.outbox(requestId));
  await waitFor(
    async () => (await reference.get()).data(),
    (data) => {
      const seen = outboxStatusSchema.safeParse(data?.['status']).data;
      return seen !== undefined && isMet(seen);
    },
    { what: `outbox entry ${requestId} to be ${what}`, timeoutMs },
  );
}

/** What a listener saw, in order, from before it was returned until `stop`. */
export interface Recording {
  readonly seen: string[];
  stop(): void;
}

/** Records every status a staff member's screen would show for a document: from the one it has now, which is waited for. */
export async function recordStatuses(staff: Staff, path: string): Promise<Recording> {
  const seen: string[] = [];
  const begun = Promise.withResolvers<undefined>();
  const stop = onSnapshot(
    doc(staff.db, path),
    (snapshot) => {
      const status: unknown = snapshot.get('status');
      if (typeof status === 'string' && seen.at(-1) !== status) seen.push(status);
      begun.resolve(undefined);
    },
    (error) => {
      seen.push(error.message);
      begun.reject(error);
    },
  );
  await begun.promise;
  return { seen, stop };
}

export async function threadsOf(accountId: string): Promise<(Thread & { threadId: string })[]> {
  const { docs } = await adminFirestore().collection('threads').where('accountId', '==', accountId).get();
  return docs.map((snapshot) => ({ ...threadSchema.parse(snapshot.data()), threadId: snapshot.id }));
}

/** The messages of a thread as a screen shows them, oldest first. */
export async function messagesOf(threadId: string): Promise<Message[]> {
  const { docs } = await adminFirestore().collection(paths.messages(threadId)).get();
  return docs
    .map((snapshot) => messageSchema.parse(snapshot.data()))
    .sort((a, b) => microsOf(a.createdAt) - microsOf(b.createdAt));
}

/** Waits until an account has a thread with this customer that holds a message with this text. */
export async function whenInThread(accountId: string, customer: string, text: string): Promise<Message> {
  const find = async (): Promise<Message | undefined> => {
    const thread = (await threadsOf(accountId)).find(({ phoneE164 }) => phoneE164 === customer);
    if (!thread) return undefined;
    return (await messagesOf(thread.threadId)).find(({ body }) => body === text);
  };
  const message = await waitFor(find, (found) => found !== undefined, {
    what: `"${text}" from ${customer} to be stored`,
    timeoutMs: 60_000,
  });
  if (!message) throw new Error('unreachable: waitFor returned nothing');
  return message;
}

/** Waits until an outbound message has come this far. */
export async function whenMessage(accountId: string, sent: Sent, status: MessageStatus): Promise<void> {
  const outbox = adminFirestore().doc(paths.outbox(sent.requestId));
  await waitFor(
    async () => {
      const threadId: unknown = (await outbox.get()).get('threadId');
      if (typeof threadId !== 'string') return 'not routed';
      const message = await adminFirestore().doc(paths.message(threadId, sent.waMessageId)).get();
      return String(message.get('status'));
    },
    (seen) => seen === status,
    { what: `message ${sent.waMessageId} of ${accountId} to be ${status}`, timeoutMs: 60_000 },
  );
}
