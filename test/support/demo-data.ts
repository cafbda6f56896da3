/**
 * Fills an emulator with a working day of three shops: accounts, threads, messages in every state, notes, tags, quick replies. Made
 * for screenshots and for looking around; it writes documents as hosts and functions would, and no host takes part.
 */
import { Timestamp, type Firestore } from 'firebase-admin/firestore';
import { errorOf } from '@switchboard/contract/failure';
import { accountIdOf, identityIdOf, threadIdOf, waMessageIdOf } from '@switchboard/contract/ids';
import { jidOfPhone } from '@switchboard/contract/jid';
import type { Message, MessageStatus } from '@switchboard/contract/message';
import { newAccount } from '@switchboard/contract/new-account';
import { paths } from '@switchboard/contract/paths';
import { searchTokensOf, threadSearchTokensOf } from '@switchboard/contract/search';
import { previewOf, type Thread } from '@switchboard/contract/thread';
import { DEFAULT_TEAM } from '@switchboard/contract/user';
import { ACCOUNTS, CONVERSATIONS, QUICK_REPLIES, type Conversation, type Line } from './demo-conversations.ts';

const MINUTE_MS = 60_000;
const NAMES = { admin: 'Laura Matei', manager: 'Victor Sava', agent: 'Irina Pavel' } as const;

type Writes = Map<string, Record<string, unknown>>;

interface Place {
  readonly accountId: string;
  readonly threadId: string;
  readonly clientJid: string;
}

function uidOf(by: Line['by']): string | null {
  const [, role] = by.split(':');
  return role === undefined ? null : `demo-${role}`;
}

function accountOf(key: Conversation['account']): string {
  return accountIdOf('demo', ACCOUNTS[key].phone);
}

/** When each line was written: counted back from the last one. */
function momentsOf({ lines, ago }: Conversation, nowMs: number): readonly number[] {
  const total = lines.reduce((sum, { after = 0 }) => sum + after, 0);
  let at = nowMs - (ago + total) * MINUTE_MS;
  return lines.map(({ after = 0 }) => (at += after * MINUTE_MS));
}

function statusOf({ by, status, inMinutes }: Line): MessageStatus {
  if (by === 'them') return 'received';
  return inMinutes === undefined ? (status ?? 'read') : 'queued';
}

function reactionsOf({ reactions }: Line, clientJid: string, at: Timestamp): Message['reactions'] {
  const entries = Object.entries(reactions ?? {}).map(([who, emoji]) => {
    const by = who === 'us' ? 'us' : clientJid;
    return [by, { emoji, by, at }] as const;
  });
  return Object.fromEntries(entries);
}

/** What a message keeps of the one it answers. */
function quotedBy({ quotes }: Line, earlier: readonly Message[]): Pick<Message, 'quotedId' | 'quoted'> {
  const quoted = quotes === undefined ? undefined : earlier[quotes];
  if (!quoted) return { quotedId: null, quoted: null };
  const { waMessageId: id, direction, kind, body } = quoted;
  return { quotedId: id, quoted: { id, direction, senderJid: null, kind, body } };
}

function messageOf(line: Line, index: number, atMs: number, place: Place, earlier: readonly Message[]): Message {
  const { accountId, threadId, clientJid } = place;
  const at = Timestamp.fromMillis(atMs);
  const isOurs = line.by !== 'them';
  const requestId = `demo-${String(index)}-${threadId}`.replace(/[^A-Za-z0-9_-]/g, '-');
  const body = line.isDeleted ? '' : line.text;
  return {
    ...{ accountId, threadId, clientJid, body },
    team: DEFAULT_TEAM,
    direction: isOurs ? 'outbound' : 'inbound',
    kind: line.kind ?? 'text',
    status: statusOf(line),
    error: line.status === 'failed' ? errorOf('unacknowledged') : null,
    waMessageId: waMessageIdOf(accountId, requestId),
    outboxId: isOurs ? requestId : null,
    ...quotedBy(line, earlier),
    reactions: reactionsOf(line, clientJid, at),
    reactionsTakenBack: {},
    editedAt: line.isEdited ? at : null,
    deletedAt: line.isDeleted ? at : null,
    pendingChange: null,
    searchTokens: searchTokensOf(body),
    senderJid: isOurs ? null : clientJid,
    senderName: null,
    tsClient: at,
    tsServer: at,
    createdAt: at,
    createdBy: uidOf(line.by),
  };
}

/** Entries somebody may still do something about: what is planned, and what failed. */
function entryOf(line: Line, message: Message, nowMs: number): Record<string, unknown> | null {
  if (message.outboxId === null || (message.status !== 'failed' && message.status !== 'queued')) return null;
  return {
    accountId: message.accountId,
    threadId: message.threadId,
    team: DEFAULT_TEAM,
    payload: { kind: 'text', text: message.body },
    status: message.status === 'failed' ? 'failed' : 'scheduled',
    createdAt: message.createdAt,
    createdBy: message.createdBy,
    sendAt: line.inMinutes === undefined ? null : Timestamp.fromMillis(nowMs + line.inMinutes * MINUTE_MS),
    waMessageId: message.waMessageId,
    error: message.error,
  };
}

function threadOf(conversation: Conversation, place: Place, messages: readonly Message[]): Thread {
  const { name, phone, unread = 0, assignedTo, tags = [], isArchived = false } = conversation;
  const last = messages.at(-1);
  if (!last) throw new Error(`${name} says nothing`);
  return {
    accountId: place.accountId,
    team: DEFAULT_TEAM,
    clientJid: place.clientJid,
    phoneE164: phone,
    lid: null,
    displayName: name,
    isGroup: false,
    lastMessageAt: last.createdAt,
    lastMessageText: previewOf(last.body),
    lastMessageDirection: last.direction,
    lastMessageId: last.waMessageId,
    lastInboundAt: messages.findLast(({ direction }) => direction === 'inbound')?.createdAt ?? null,
    unreadCount: unread,
    assignedTo: assignedTo ? `demo-${assignedTo}` : null,
    tags: [...tags],
    archived: isArchived,
    searchTokens: threadSearchTokensOf({ displayName: name, phoneE164: phone }),
  };
}

function addConversation(writes: Writes, conversation: Conversation, nowMs: number): void {
  const accountId = accountOf(conversation.account);
  const clientJid = jidOfPhone(conversation.phone);
  const place = { accountId, clientJid, threadId: threadIdOf(accountId, clientJid) };
  const moments = momentsOf(conversation, nowMs);
  const messages: Message[] = [];
  for (const [index, line] of conversation.lines.entries()) {
    const message = messageOf(line, index, moments[index] ?? nowMs, place, messages);
    messages.push(message);
    writes.set(paths.message(place.threadId, message.waMessageId), message);
    const entry = entryOf(line, message, nowMs);
    if (entry && message.outboxId !== null) writes.set(paths.outbox(message.outboxId), entry);
  }
  writes.set(paths.thread(place.threadId), threadOf(conversation, place, messages));
  writes.set(paths.identity(identityIdOf(accountId, clientJid)), { threadId: place.threadId });
  for (const [index, { by, text }] of (conversation.notes ?? []).entries()) {
    const createdAt = Timestamp.fromMillis(nowMs - (index + 1) * 3_600_000);
    writes.set(`${paths.thread(place.threadId)}/notes/note-${String(index)}`, {
      ...{ text, createdAt },
      createdBy: `demo-${by}`,
    });
  }
}

function addAccounts(writes: Writes, nowMs: number): void {
  const now = Timestamp.fromMillis(nowMs);
  for (const [key, { name, phone }] of Object.entries(ACCOUNTS)) {
    const given = { name, phoneE164: phone, team: DEFAULT_TEAM, createdBy: 'demo-admin' };
    const isConnected = key !== 'flowers';
    const status = isConnected ? ('connected' as const) : ('reconnecting' as const);
    const account = newAccount({ ...given, status, pushName: name, lastConnectedAt: now, lastMessageAt: now });
    writes.set(paths.account(accountIdOf('demo', phone)), { ...account, createdAt: now, updatedAt: now });
  }
}

/** Everything the demo data consists of, by path. */
function demoWrites(nowMs: number): Writes {
  const writes: Writes = new Map();
  addAccounts(writes, nowMs);
  for (const conversation of CONVERSATIONS) addConversation(writes, conversation, nowMs);
  for (const [index, reply] of QUICK_REPLIES.entries()) {
    const fields = { ...reply, team: DEFAULT_TEAM, createdBy: 'demo-admin', updatedAt: Timestamp.fromMillis(nowMs) };
    writes.set(`quickReplies/demo-${String(index)}`, fields);
  }
  return writes;
}

/**
 * Writes the demo data; what is there under the same ids is replaced. The demo's staff get names of people.
 *
 * @param db past the rules; emulators only.
 */
export async function seedDemoData(db: Firestore, now = new Date()): Promise<void> {
  const batch = db.batch();
  for (const [path, fields] of demoWrites(now.getTime())) batch.set(db.doc(path), fields);
  for (const [role, displayName] of Object.entries(NAMES)) {
    batch.set(db.doc(paths.user(`demo-${role}`)), { displayName }, { merge: true });
  }
  await batch.commit();
}
