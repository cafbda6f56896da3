/**
 * A message as a thread shows it. Outbound status only moves forward:
 *
 *   queued → sending → sent → delivered → read → played
 *      └────────┴──▶ failed, cancelled (a late receipt still lifts both: the message did arrive)
 *
 * Retrying a failed message by hand starts it again from `queued`; that is no move of its own accord and not in the table.
 *
 * A reaction, an edit and a deletion are no messages: they change the one they are about. Ours show as `pendingChange` from the
 * moment they are routed until WhatsApp has taken them; then the message is changed and `pendingChange` is gone. One that fails
 * stays there with its `error`, and nothing is changed. Nobody's status is touched by any of it.
 */
import * as z from 'zod/mini';
import { errorSchema } from './failure.ts';
import { changeKindSchema } from './payload.ts';
import { nullIfMissing } from './shapes.ts';
import { timestampSchema } from './timestamp.ts';
import { teamSchema } from './user.ts';

export const MESSAGE_STATUSES = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'played',
  'failed',
  'cancelled',
  'received',
] as const;
export const messageStatusSchema = z.enum(MESSAGE_STATUSES);
export type MessageStatus = z.infer<typeof messageStatusSchema>;

/** How far along each outbound status is. `failed` and `cancelled` rank below `sent`: evidence of arrival outweighs them. */
const RANK: Record<MessageStatus, number> = {
  queued: 0,
  sending: 1,
  failed: 2,
  cancelled: 2,
  sent: 3,
  delivered: 4,
  read: 5,
  played: 6,
  received: 7,
};

/** Whether an outbound message may go from one status to another. Never backwards; `received` is inbound and final. */
export function canMessageMove(from: MessageStatus, to: MessageStatus): boolean {
  if (from === 'received' || to === 'received') return false;
  return RANK[to] > RANK[from];
}

/** All the statuses that `to` may replace: what a conditional write checks the stored status against. */
export function statusesBefore(to: MessageStatus): MessageStatus[] {
  return MESSAGE_STATUSES.filter((from) => canMessageMove(from, to));
}

/**
 * `unsupported` is a kind we cannot show yet; it is kept, never dropped. `undecryptable` waits for the sender's retry. `reaction` is
 * only on documents of an earlier version: reactions belong to the message they are about.
 */
export const messageKindSchema = z.enum(['text', 'reaction', 'unsupported', 'undecryptable']);
export type MessageKind = z.infer<typeof messageKindSchema>;

export const directionSchema = z.enum(['inbound', 'outbound']);

/** What is kept of another message, to show it without reading it and to name it to WhatsApp. */
export const quotedSchema = z.object({
  /** WhatsApp's id, which is the id of its document in the same thread. */
  id: z.string(),
  direction: directionSchema,
  /** Who wrote it, in a group; `null` for what we wrote. */
  senderJid: z.nullable(z.string()),
  kind: messageKindSchema,
  /** Its beginning. */
  body: z.string().check(z.maxLength(200)),
});
export type Quoted = z.infer<typeof quotedSchema>;

/** How far one member of a group is with a message of ours. */
export const memberStatusSchema = z.enum(['delivered', 'read', 'played']);
export type MemberStatus = z.infer<typeof memberStatusSchema>;

/** A group has no more members than these. */
export const MAX_RECEIPTS = 1_024;

/** More reactions than these are not kept: the newest stay. */
export const MAX_REACTIONS = 200;

/** Who a reaction is of: us (staff, or the account's own phone), or a bare jid. It is the key of the reaction as well. */
export const OUR_REACTION = 'us';
export const reactionSchema = z.object({ emoji: z.string(), by: z.string(), at: timestampSchema });

/** A change of ours that WhatsApp has not taken yet, or would not: the newest of its message. */
export const pendingChangeSchema = z.object({
  kind: changeKindSchema,
  /** Its outbox entry: what `cancelMessage` and `retryMessage` take. */
  outboxId: z.string(),
  at: timestampSchema,
  /** Of a reaction; `null` takes ours back. */
  emoji: z.nullable(z.string()),
  /** Of an edit. */
  text: z.nullable(z.string()),
  /** Why it failed; `null` while it is under way. */
  error: z.nullable(errorSchema),
});
export type PendingChange = z.infer<typeof pendingChangeSchema>;

/** `threads/{threadId}/messages/{messageId}`; `messageId` is WhatsApp's own id of the message. */
export const messageSchema = z.object({
  accountId: z.string(),
  threadId: z.string(),
  clientJid: z.string(),
  direction: directionSchema,
  kind: messageKindSchema,
  /** The thread's own, so that messages can be searched across threads. Missing on documents of an earlier version. */
  team: z.nullish(teamSchema),
  /** What a list shows of it: the text, or a few words for other kinds. Empty once it was deleted. */
  body: z.string(),
  status: messageStatusSchema,
  error: z.nullable(errorSchema),
  waMessageId: z.string(),
  outboxId: z.nullable(z.string()),
  senderJid: z.nullable(z.string()),
  senderName: z.nullable(z.string()),
  /** The message it answers; `quoted` is a copy of it from when this was written, `null` when we do not have it. */
  quotedId: nullIfMissing(z.string()),
  quoted: nullIfMissing(quotedSchema),
  /**
   * Of ours to a group: how many it went to, and by bare jid how far each of them is. `status` is what all of them have reached, and
   * stays `sent` where the number is not known: on documents of an earlier version, and of what the account's own phone wrote.
   */
  recipientCount: z.nullish(z.int()),
  receipts: z.nullish(z.record(z.string(), memberStatusSchema)),
  /** By who reacted: each has one at most. */
  reactions: z._default(z.record(z.string(), reactionSchema), {}),
  /** When somebody took theirs back, so that an older reaction which comes late does not bring it back. */
  reactionsTakenBack: z._default(z.record(z.string(), timestampSchema), {}),
  editedAt: nullIfMissing(timestampSchema),
  /** Deleted for everyone: the document stays, without body and search tokens. */
  deletedAt: nullIfMissing(timestampSchema),
  pendingChange: nullIfMissing(pendingChangeSchema),
  /** `searchTokensOf(body)`, for `array-contains`. */
  searchTokens: z._default(z.array(z.string()), []),
  /** When the sender's side says it was written. */
  tsClient: z.nullable(timestampSchema),
  /** When WhatsApp's server took it. */
  tsServer: z.nullable(timestampSchema),
  /** Its place in the thread: when staff wrote it, when it reached the account, or, for the past, when it was sent. */
  createdAt: timestampSchema,
  createdBy: z.nullable(z.string()),
});
export type Message = z.infer<typeof messageSchema>;
