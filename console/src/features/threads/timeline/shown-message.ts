/**
 * What a bubble shows: a message as it is stored, or one that only this browser knows of yet, with one's own changes that are on
 * their way laid over it. Pure.
 */
import { waMessageIdOf } from '@switchboard/contract/ids';
import type { ErrorInfo } from '@switchboard/contract/failure';
import { OUR_REACTION, type Message, type MessageStatus } from '@switchboard/contract/message';
import type { OutboxStatus } from '@switchboard/contract/outbox';
import { bodyOf, isChange } from '@switchboard/contract/payload';
import type { Timestamp } from '@switchboard/contract/timestamp';
import type { Stored } from '../../../lib/firestore/live.ts';
import type { OutboxEntry } from '../../../lib/firestore/outbox.ts';

export interface ShownChange {
  readonly kind: 'reaction' | 'edit' | 'delete';
  readonly outboxId: string;
  /** `null` while it is under way. */
  readonly error: ErrorInfo | null;
}

export interface ShownMessage {
  readonly id: string;
  readonly direction: Message['direction'];
  readonly kind: Message['kind'];
  readonly body: string;
  /** `rejected`: refused before it became a message. */
  readonly status: MessageStatus | 'rejected';
  readonly error: ErrorInfo | null;
  readonly at: Timestamp;
  readonly sendAt: Timestamp | null;
  readonly outboxId: string | null;
  readonly createdBy: string | null;
  readonly senderJid: string | null;
  readonly senderName: string | null;
  readonly quoted: Message['quoted'];
  readonly quotedId: string | null;
  readonly reactions: readonly { readonly emoji: string; readonly isOurs: boolean; readonly count: number }[];
  readonly ourReaction: string | null;
  readonly isEdited: boolean;
  readonly isDeleted: boolean;
  readonly change: ShownChange | null;
  /** WhatsApp has it, so it can be quoted, reacted to and changed. */
  readonly isSent: boolean;
}

/** Entries that say nothing any more: what they asked for is done, or was taken back. */
const SETTLED: readonly OutboxStatus[] = ['sent', 'cancelled'];

function isUnderWay({ status }: OutboxEntry): boolean {
  return !SETTLED.includes(status) && status !== 'failed' && status !== 'rejected';
}

type Reactions = ReadonlyMap<string, string>;

function grouped(reactions: Reactions): ShownMessage['reactions'] {
  const ours = reactions.get(OUR_REACTION);
  const counts = new Map<string, number>();
  for (const emoji of reactions.values()) counts.set(emoji, (counts.get(emoji) ?? 0) + 1);
  return [...counts].map(([emoji, count]) => ({ emoji, count, isOurs: emoji === ours }));
}

function withReactions(shown: ShownMessage, reactions: Reactions): ShownMessage {
  return { ...shown, reactions: grouped(reactions), ourReaction: reactions.get(OUR_REACTION) ?? null };
}

interface Wanted {
  readonly kind: ShownChange['kind'];
  readonly emoji: string | null;
  readonly text: string | null;
}

/** The message as it will be once this change has gone through. */
function changed(shown: ShownMessage, reactions: Reactions, { kind, emoji, text }: Wanted): ShownMessage {
  switch (kind) {
    case 'reaction': {
      const after = new Map(reactions);
      if (emoji === null) after.delete(OUR_REACTION);
      else after.set(OUR_REACTION, emoji);
      return withReactions(shown, after);
    }
    case 'edit':
      return { ...shown, body: text ?? shown.body, isEdited: true };
    case 'delete':
      return { ...shown, body: '', isDeleted: true };
  }
}

function wantedBy({ payload }: OutboxEntry): Wanted | null {
  if (!isChange(payload)) return null;
  return {
    kind: payload.kind,
    emoji: payload.kind === 'reaction' ? payload.emoji : null,
    text: payload.kind === 'edit' ? payload.text : null,
  };
}

const ON_WHATSAPP: readonly MessageStatus[] = ['sent', 'delivered', 'read', 'played', 'received'];

function plain(message: Stored<Message>): ShownMessage {
  const { id, direction, kind, body, status, error, outboxId, createdBy, senderJid, senderName, quoted, quotedId } =
    message;
  return {
    ...{ id, direction, kind, body, status, error, outboxId, createdBy, senderJid, senderName, quoted, quotedId },
    at: message.createdAt,
    sendAt: null,
    reactions: [],
    ourReaction: null,
    isEdited: message.editedAt !== null,
    isDeleted: message.deletedAt !== null,
    change: null,
    isSent: ON_WHATSAPP.includes(status),
  };
}

/** @param own one's own newest entry about this message that has not ended well, if there is one. */
function shownOf(
  message: Stored<Message>,
  own: Stored<OutboxEntry> | undefined,
  sendAt: Timestamp | null,
  dismissed: ReadonlySet<string>,
): ShownMessage {
  const reactions = new Map(Object.entries(message.reactions).map(([by, { emoji }]) => [by, emoji]));
  const shown = { ...withReactions(plain(message), reactions), sendAt };
  const { pendingChange: pending } = message;
  const wanted = own ? wantedBy(own) : null;
  if (own && wanted && own.id !== pending?.outboxId) {
    const change = { kind: wanted.kind, outboxId: own.id, error: own.error };
    return { ...(isUnderWay(own) ? changed(shown, reactions, wanted) : shown), change };
  }
  if (!pending || (pending.error && dismissed.has(pending.outboxId))) return shown;
  const change = { kind: pending.kind, outboxId: pending.outboxId, error: pending.error };
  return { ...(pending.error ? shown : changed(shown, reactions, pending)), change };
}

function fromEntry(
  entry: Stored<OutboxEntry>,
  uid: string,
  known: ReadonlyMap<string, Stored<Message>>,
): ShownMessage | null {
  const { payload, status, error, createdAt, sendAt, accountId } = entry;
  if (isChange(payload)) return null;
  const quoted = payload.quotedId === undefined ? undefined : known.get(payload.quotedId);
  return {
    id: waMessageIdOf(accountId, entry.id),
    direction: 'outbound',
    kind: payload.kind,
    body: bodyOf(payload),
    status: status === 'rejected' || status === 'failed' ? status : 'queued',
    error,
    at: createdAt,
    sendAt,
    outboxId: entry.id,
    createdBy: uid,
    senderJid: null,
    senderName: null,
    quotedId: payload.quotedId ?? null,
    quoted: quoted
      ? {
          id: quoted.id,
          direction: quoted.direction,
          senderJid: quoted.senderJid,
          kind: quoted.kind,
          body: quoted.body,
        }
      : null,
    reactions: [],
    ourReaction: null,
    isEdited: false,
    isDeleted: false,
    change: null,
    isSent: false,
  };
}

interface Parts {
  readonly messages: readonly Stored<Message>[];
  /** One's own entries of this thread, newest first. */
  readonly own: readonly Stored<OutboxEntry>[];
  readonly uid: string;
  /** Refused entries somebody has put away. */
  readonly dismissed: ReadonlySet<string>;
}

/** All bubbles of a thread, oldest first. */
export function shownMessages({ messages, own, uid, dismissed }: Parts): readonly ShownMessage[] {
  const open = own.filter(({ id, status }) => !SETTLED.includes(status) && !dismissed.has(id));
  const changes = new Map<string, Stored<OutboxEntry>>();
  // Newest first: the first one about a message is the one that counts, also when it is done.
  const decided = new Set<string>();
  for (const entry of own) {
    if (!isChange(entry.payload) || decided.has(entry.payload.targetId)) continue;
    decided.add(entry.payload.targetId);
    if (open.includes(entry)) changes.set(entry.payload.targetId, entry);
  }
  const sendAts = new Map(open.map((entry) => [entry.id, entry.sendAt]));
  const known = new Map(messages.map((message) => [message.id, message]));
  const stored = messages.map((message) =>
    shownOf(message, changes.get(message.id), sendAts.get(message.outboxId ?? '') ?? null, dismissed),
  );
  const waiting = open
    .filter(({ status }) => status !== 'failed')
    .map((entry) => fromEntry(entry, uid, known))
    .filter((shown) => shown !== null && !known.has(shown.id));
  const added = waiting.filter((shown) => shown !== null);
  if (added.length === 0) return stored;
  const oldest = stored[0]?.at.toMillis() ?? 0;
  return [...stored, ...added.filter(({ at }) => at.toMillis() >= oldest)].sort(
    (a, b) => a.at.toMillis() - b.at.toMillis(),
  );
}
