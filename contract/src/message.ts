/**
 * A message as a thread shows it. Outbound status only moves forward:
 *
 *   queued → sending → sent → delivered → read → played
 *      └────────┴──▶ failed, cancelled (a late receipt still lifts both: the message did arrive)
 *
 * Retrying a failed message by hand starts it again from `queued`; that is no move of its own accord and not in the table.
 */
import { z } from 'zod';
import { errorSchema } from './failure.ts';
import { timestampSchema } from './timestamp.ts';

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

/** `unsupported` is a kind we cannot show yet; it is kept, never dropped. `undecryptable` waits for the sender's retry. */
export const messageKindSchema = z.enum(['text', 'reaction', 'unsupported', 'undecryptable']);
export type MessageKind = z.infer<typeof messageKindSchema>;

export const directionSchema = z.enum(['inbound', 'outbound']);

/** `threads/{threadId}/messages/{messageId}`; `messageId` is WhatsApp's own id of the message. */
export const messageSchema = z.object({
  accountId: z.string(),
  threadId: z.string(),
  clientJid: z.string(),
  direction: directionSchema,
  kind: messageKindSchema,
  /** What a list shows of it: the text, or a few words for other kinds. */
  body: z.string(),
  status: messageStatusSchema,
  error: errorSchema.nullable(),
  waMessageId: z.string(),
  outboxId: z.string().nullable(),
  senderJid: z.string().nullable(),
  senderName: z.string().nullable(),
  /** When the sender's side says it was written. */
  tsClient: timestampSchema.nullable(),
  /** When WhatsApp's server took it. */
  tsServer: timestampSchema.nullable(),
  /** Its place in the thread: when staff wrote it, when it reached the account, or, for the past, when it was sent. */
  createdAt: timestampSchema,
  createdBy: z.string().nullable(),
});
export type Message = z.infer<typeof messageSchema>;
