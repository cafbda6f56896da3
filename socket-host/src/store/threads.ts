/**
 * Threads, their identities and the messages that arrive in them. A message is stored with `create()` under WhatsApp's own id,
 * so a message delivered twice is stored once, and its thread counts it once.
 */
import type { Account } from '@switchboard/contract/account';
import { identityIdOf, threadIdOf } from '@switchboard/contract/ids';
import { parseJid, phoneOfJid } from '@switchboard/contract/jid';
import type { Message } from '@switchboard/contract/message';
import { paths } from '@switchboard/contract/paths';
import { identitySchema, previewOf, type Thread } from '@switchboard/contract/thread';
import { FieldValue, Timestamp, type Firestore } from 'firebase-admin/firestore';
import { isAlreadyExists } from './firestore.ts';

/** What is remembered of a thread between two messages, so that the second one needs no read. */
export interface KnownThread {
  readonly threadId: string;
  readonly clientJid: string;
  readonly isNew: boolean;
  /** Spellings of this person that do not point here yet. */
  readonly missingJids: readonly string[];
  lastMessageAtMs: number;
  /** Where the customer's newest message stands. */
  lastInboundAtMs: number;
}

export interface Customer {
  /** Bare jids of one person or group, the wire's own spelling first. */
  readonly jids: readonly string[];
  readonly displayName: string | null;
}

/** Finds the one thread all these spellings share, or names the thread to be made. Reads one identity per spelling, and the thread. */
export async function findThread(db: Firestore, accountId: string, customer: Customer): Promise<KnownThread> {
  const references = customer.jids.map((jid) => db.doc(paths.identity(identityIdOf(accountId, jid))));
  const identities = await db.getAll(...references);
  const threadIds = identities.map((snapshot) =>
    snapshot.exists ? identitySchema.parse(snapshot.data()).threadId : null,
  );
  const missingJids = customer.jids.filter((_, index) => threadIds[index] === null);
  const found = threadIds.find((threadId) => threadId !== null);
  const lid = customer.jids.find((jid) => parseJid(jid)?.kind === 'lid');
  const clientJid = lid ?? customer.jids[0] ?? '';
  if (found === undefined) {
    const threadId = threadIdOf(accountId, customer.jids[0] ?? '');
    return { threadId, clientJid, isNew: true, missingJids, lastMessageAtMs: 0, lastInboundAtMs: 0 };
  }
  const thread = await db.doc(paths.thread(found)).get();
  const millisOf = (field: 'lastMessageAt' | 'lastInboundAt'): number => {
    const at: unknown = thread.get(field);
    return at instanceof Timestamp ? at.toMillis() : 0;
  };
  const stored: unknown = thread.get('clientJid');
  return {
    threadId: found,
    clientJid: lid ?? (typeof stored === 'string' ? stored : clientJid),
    isNew: false,
    missingJids,
    lastMessageAtMs: millisOf('lastMessageAt'),
    lastInboundAtMs: millisOf('lastInboundAt'),
  };
}

export type NewMessage = Pick<
  Message,
  'direction' | 'kind' | 'body' | 'status' | 'waMessageId' | 'senderJid' | 'senderName'
>;

export interface Arrival {
  readonly account: Pick<Account, 'team'> & { readonly accountId: string };
  readonly thread: KnownThread;
  readonly customer: Customer;
  readonly message: NewMessage;
  /** WhatsApp's stamp. */
  readonly sentAt: Date | null;
  /** Its place in the thread. */
  readonly at: Date;
  /** Whether staff have to look at it: raises the thread's unread count. */
  readonly countsAsUnread: boolean;
  /** History fills the past: it makes a thread but does not move it to the top. */
  readonly isHistory: boolean;
}

/**
 * What became of an arrival: `repeated` when the message was there already, `outdated` when one of its identities has got a thread
 * since the thread was looked up (staff wrote to the same customer at that moment). Unless it was stored, nothing was written.
 */
export type Stored = 'stored' | 'repeated' | 'outdated';

/** Stores an arrived message, its thread and its identities in one commit. */
export async function storeArrival(db: Firestore, arrival: Arrival): Promise<Stored> {
  const { account, thread, message } = arrival;
  const at = Timestamp.fromDate(arrival.at);
  const sentAt = arrival.sentAt && Timestamp.fromDate(arrival.sentAt);
  const batch = db.batch();
  batch.create(db.doc(paths.message(thread.threadId, message.waMessageId)), {
    ...message,
    accountId: account.accountId,
    threadId: thread.threadId,
    clientJid: thread.clientJid,
    error: null,
    outboxId: null,
    tsClient: sentAt,
    tsServer: sentAt,
    createdAt: at,
    createdBy: null,
  } satisfies Record<keyof Message, unknown>);
  const reference = db.doc(paths.thread(thread.threadId));
  if (thread.isNew) batch.set(reference, newThread(arrival, at));
  else {
    const changes = threadChanges(arrival, at);
    if (Object.keys(changes).length > 0) batch.update(reference, changes);
  }
  for (const jid of thread.missingJids) {
    // Not overwritten: whoever was first has made the customer's thread.
    batch.create(db.doc(paths.identity(identityIdOf(account.accountId, jid))), { threadId: thread.threadId });
  }
  try {
    await batch.commit();
    return 'stored';
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    if (thread.missingJids.length === 0) return 'repeated';
    const stored = await db.doc(paths.message(thread.threadId, message.waMessageId)).get();
    return stored.exists ? 'repeated' : 'outdated';
  }
}

function spellings(customer: Customer): { phoneE164: string | null; lid: string | null } {
  const lid = customer.jids.find((jid) => parseJid(jid)?.kind === 'lid') ?? null;
  const phoneE164 = customer.jids.map(phoneOfJid).find((phone) => phone !== null) ?? null;
  return { phoneE164, lid };
}

function newThread(arrival: Arrival, at: Timestamp): Thread {
  const { phoneE164, lid } = spellings(arrival.customer);
  return {
    accountId: arrival.account.accountId,
    team: arrival.account.team,
    clientJid: arrival.thread.clientJid,
    phoneE164,
    lid,
    displayName: arrival.customer.displayName ?? phoneE164 ?? arrival.thread.clientJid,
    isGroup: parseJid(arrival.thread.clientJid)?.kind === 'group',
    lastMessageAt: at,
    lastMessageText: previewOf(arrival.message.body),
    lastMessageDirection: arrival.message.direction,
    lastInboundAt: arrival.message.direction === 'inbound' ? at : null,
    unreadCount: arrival.countsAsUnread ? 1 : 0,
    assignedTo: null,
    tags: [],
    archived: false,
  };
}

function threadChanges(arrival: Arrival, at: Timestamp): Record<string, unknown> {
  const { thread, message, customer } = arrival;
  const { phoneE164, lid } = spellings(customer);
  const isNewest = !arrival.isHistory && arrival.at.getTime() >= thread.lastMessageAtMs;
  return {
    ...(isNewest
      ? {
          lastMessageAt: at,
          lastMessageText: previewOf(message.body),
          lastMessageDirection: message.direction,
        }
      : {}),
    ...(message.direction === 'inbound' && !arrival.isHistory ? { lastInboundAt: at } : {}),
    ...(arrival.countsAsUnread ? { unreadCount: FieldValue.increment(1), archived: false } : {}),
    ...(thread.missingJids.length > 0
      ? {
          clientJid: thread.clientJid,
          ...(phoneE164 === null ? {} : { phoneE164 }),
          ...(lid === null ? {} : { lid }),
        }
      : {}),
    ...(customer.displayName === null || arrival.isHistory ? {} : { displayName: customer.displayName }),
  };
}

/** Puts readable content in place of a message that could not be decrypted the first time. Does nothing to any other. */
export async function replaceUndecryptable(
  db: Firestore,
  threadId: string,
  message: Pick<Message, 'waMessageId' | 'kind' | 'body'>,
): Promise<boolean> {
  const reference = db.doc(paths.message(threadId, message.waMessageId));
  return db.runTransaction(async (transaction) => {
    const stored = await transaction.get(reference);
    if (stored.get('kind') !== 'undecryptable') return false;
    transaction.update(reference, { kind: message.kind, body: message.body });
    transaction.update(db.doc(paths.thread(threadId)), { lastMessageText: previewOf(message.body) });
    return true;
  });
}
