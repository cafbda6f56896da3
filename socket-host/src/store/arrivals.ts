/**
 * Messages as they arrive in their threads. A message is stored with `create()` under WhatsApp's own id, so a message delivered twice
 * is stored once, and its thread counts it once.
 */
import type { Account } from '@switchboard/contract/account';
import { changedBy, type MessageChange } from '@switchboard/contract/change';
import { identityIdOf } from '@switchboard/contract/ids';
import { parseJid, phoneOfJid } from '@switchboard/contract/jid';
import type { Message } from '@switchboard/contract/message';
import { paths } from '@switchboard/contract/paths';
import { threadSearchTokensOf } from '@switchboard/contract/search';
import { previewOf, type Thread } from '@switchboard/contract/thread';
import { FieldValue, Timestamp, type Firestore, type WriteBatch } from 'firebase-admin/firestore';
import { readEarlyChanges } from './early-changes.ts';
import { isAlreadyExists, isContended, isLostRace } from './firestore.ts';
import type { Customer, KnownThread } from './threads.ts';

export type NewMessage = Pick<
  Message,
  | 'direction'
  | 'kind'
  | 'body'
  | 'searchTokens'
  | 'quotedId'
  | 'quoted'
  | 'status'
  | 'waMessageId'
  | 'senderJid'
  | 'senderName'
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
  /** Its place is before this moment: staff may have written behind it, which is not known of the thread yet. */
  readonly isLate: boolean;
}

/**
 * What became of an arrival: `repeated` when the message was there already, `outdated` when its thread is not as it was looked up (staff
 * wrote to the same customer at that moment, or somebody deleted it). Unless it was stored, nothing was written.
 */
export type Stored =
  | { readonly became: 'stored'; /** What is known of the thread now. */ readonly thread: KnownThread }
  | { readonly became: 'repeated' | 'outdated' };

/** Stores an arrived message, its thread and its identities in one commit. */
export async function storeArrival(db: Firestore, arrival: Arrival): Promise<Stored> {
  const { account, thread, message } = arrival;
  const isAwaited = thread.awaited.includes(message.waMessageId);
  const early = isAwaited ? await readEarlyChanges(db, thread.threadId, message.waMessageId) : null;
  const stored = messageOf(arrival, early?.changes ?? []);
  const batch = db.batch();
  const movesThread = addThread(db, batch, arrival, stored);
  batch.create(db.doc(paths.message(thread.threadId, message.waMessageId)), stored);
  early?.remove(batch);
  for (const jid of thread.missingJids) {
    // Not overwritten: whoever was first has made the customer's thread.
    batch.create(db.doc(paths.identity(identityIdOf(account.accountId, jid))), { threadId: thread.threadId });
  }
  try {
    const [first] = await batch.commit();
    const version = movesThread ? (first?.writeTime ?? null) : thread.version;
    return { became: 'stored', thread: { ...afterArrival(arrival), version } };
  } catch (error) {
    return { became: await refusedAs(db, arrival, error) };
  }
}

/** @throws the error itself when it says nothing of the message or its thread. */
async function refusedAs(db: Firestore, arrival: Arrival, error: unknown): Promise<'repeated' | 'outdated'> {
  const { thread, message } = arrival;
  if (isLostRace(error) && !isContended(error)) return 'outdated';
  if (!isAlreadyExists(error)) throw error;
  if (thread.missingJids.length === 0) return 'repeated';
  const before = await db.doc(paths.message(thread.threadId, message.waMessageId)).get();
  return before.exists ? 'repeated' : 'outdated';
}

/** @returns whether there is anything to write. */
function addThread(db: Firestore, batch: WriteBatch, arrival: Arrival, message: Message): boolean {
  const { thread, isLate } = arrival;
  const reference = db.doc(paths.thread(thread.threadId));
  if (thread.isNew) {
    batch.set(reference, newThread(arrival, message));
    return true;
  }
  const changes = threadChanges(arrival, message);
  if (thread.awaited.includes(message.waMessageId)) {
    changes['earlyChanges'] = FieldValue.arrayRemove(message.waMessageId);
  }
  if (Object.keys(changes).length === 0) return false;
  // What arrives now is the newest, whatever the thread shows. What does not has to know.
  batch.update(reference, changes, isLate && thread.version ? { lastUpdateTime: thread.version } : {});
  return true;
}

/** The message as it is stored, with what was done to it before it came. */
function messageOf(arrival: Arrival, early: readonly MessageChange[]): Message {
  const { account, thread } = arrival;
  const sentAt = arrival.sentAt && Timestamp.fromDate(arrival.sentAt);
  const message: Message = {
    ...arrival.message,
    accountId: account.accountId,
    team: account.team,
    threadId: thread.threadId,
    clientJid: thread.clientJid,
    reactions: {},
    reactionsTakenBack: {},
    editedAt: null,
    deletedAt: null,
    pendingChange: null,
    error: null,
    outboxId: null,
    tsClient: sentAt,
    tsServer: sentAt,
    createdAt: Timestamp.fromDate(arrival.at),
    createdBy: null,
  };
  return early.reduce<Message>((before, change) => ({ ...before, ...changedBy(before, change) }), message);
}

function spellings(customer: Customer): { phoneE164: string | null; lid: string | null } {
  const lid = customer.jids.find((jid) => parseJid(jid)?.kind === 'lid') ?? null;
  const phoneE164 = customer.jids.map(phoneOfJid).find((phone) => phone !== null) ?? null;
  return { phoneE164, lid };
}

type Preview = Pick<Thread, 'lastMessageAt' | 'lastMessageText' | 'lastMessageDirection' | 'lastMessageId'>;

function previewFields({ createdAt, body, direction, waMessageId }: Message): Preview {
  return {
    lastMessageAt: createdAt,
    lastMessageText: previewOf(body),
    lastMessageDirection: direction,
    lastMessageId: waMessageId,
  };
}

function newThread(arrival: Arrival, message: Message): Thread {
  const { displayName, phoneE164 } = namesAfter(arrival);
  const others = arrival.thread.awaited.filter((awaited) => awaited !== message.waMessageId);
  return {
    accountId: arrival.account.accountId,
    team: arrival.account.team,
    clientJid: arrival.thread.clientJid,
    phoneE164,
    lid: spellings(arrival.customer).lid,
    displayName,
    isGroup: parseJid(arrival.thread.clientJid)?.kind === 'group',
    ...previewFields(message),
    lastInboundAt: message.direction === 'inbound' ? message.createdAt : null,
    unreadCount: arrival.countsAsUnread ? 1 : 0,
    assignedTo: null,
    tags: [],
    archived: false,
    searchTokens: threadSearchTokensOf({ displayName, phoneE164 }),
    earlyChanges: others,
  };
}

function threadChanges(arrival: Arrival, message: Message): Record<string, unknown> {
  const { thread } = arrival;
  const isNewest = !arrival.isHistory && arrival.at.getTime() >= thread.lastMessageAtMs;
  return {
    ...(isNewest ? previewFields(message) : {}),
    ...(message.direction === 'inbound' && !arrival.isHistory ? { lastInboundAt: message.createdAt } : {}),
    ...(arrival.countsAsUnread ? { unreadCount: FieldValue.increment(1), archived: false } : {}),
    ...whoChanges(arrival),
  };
}

/** What is new of who the customer is: their other spelling, their number, the name they go by. */
function whoChanges(arrival: Arrival): Partial<Thread> {
  const { thread, customer } = arrival;
  const { displayName, phoneE164 } = namesAfter(arrival);
  const { phoneE164: phone, lid } = spellings(customer);
  const isSame = displayName === thread.displayName && phoneE164 === thread.phoneE164;
  return {
    ...(thread.missingJids.length === 0
      ? {}
      : { clientJid: thread.clientJid, ...(phone !== null && { phoneE164: phone }), ...(lid !== null && { lid }) }),
    ...(displayName === thread.displayName ? {} : { displayName }),
    ...(isSame && thread.isSearchable ? {} : { searchTokens: threadSearchTokensOf({ displayName, phoneE164 }) }),
  };
}

/** What the customer goes by once this arrival is stored. Names of the past say nothing of today. */
function namesAfter({ thread, customer, isHistory }: Arrival): Pick<Thread, 'displayName' | 'phoneE164'> {
  const phoneE164 =
    (thread.isNew || thread.missingJids.length > 0 ? spellings(customer).phoneE164 : null) ?? thread.phoneE164;
  const isNameNew = thread.isNew || !isHistory;
  const known = (isNameNew ? customer.displayName : null) ?? thread.displayName;
  return { displayName: known ?? phoneE164 ?? thread.clientJid, phoneE164 };
}

/** What is known of a thread once this arrival is stored in it, its version aside. */
function afterArrival(arrival: Arrival): KnownThread {
  const { thread, message, at, isHistory } = arrival;
  const known = {
    ...thread,
    ...namesAfter(arrival),
    isNew: false,
    missingJids: [],
    isSearchable: true,
    awaited: thread.awaited.filter((awaited) => awaited !== message.waMessageId),
  };
  if (isHistory) return known;
  const atMs = at.getTime();
  return {
    ...known,
    lastMessageAtMs: Math.max(thread.lastMessageAtMs, atMs),
    lastInboundAtMs: message.direction === 'inbound' ? atMs : thread.lastInboundAtMs,
  };
}
