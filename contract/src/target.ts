/**
 * The message an outbox entry is about: what a text answers, what a reaction, an edit or a deletion changes. What may be done to
 * it is decided here, by the function that routes an entry and again by the host before it sends. Pure.
 */
import * as z from 'zod/mini';
import { errorOf, type ErrorInfo } from './failure.ts';
import { quotedSchema, type Message, type Quoted } from './message.ts';
import type { Payload } from './payload.ts';
import { timestampSchema } from './timestamp.ts';

/** How long after it was sent a message can be edited. Source: WhatsApp's help pages. */
export const EDIT_WINDOW_MS = 15 * 60_000;
/** What an edit may be late when it is sent: WhatsApp's clients still take one after 20 minutes. Source: whatsmeow, `EditWindow`. */
export const EDIT_GRACE_MS = 5 * 60_000;
/** How long after it was sent a message can be deleted for everyone: about two days and a half. Source: WhatsApp's help pages. */
export const DELETE_WINDOW_MS = 60 * 3_600_000;

export const targetSchema = z.extend(quotedSchema, {
  /** When it was sent: the windows count from here. */
  sentAt: timestampSchema,
});
export type Target = z.infer<typeof targetSchema>;

const QUOTED_LENGTH = 200;

type Described = Pick<Message, 'waMessageId' | 'direction' | 'senderJid' | 'kind' | 'body'>;

/** What is kept of a message that another one is about. */
export function quotedOf({ waMessageId, direction, senderJid, kind, body }: Described): Quoted {
  return { id: waMessageId, direction, senderJid, kind, body: beginningOf(body) };
}

/** Cut between characters: half of an emoji is unreadable. */
function beginningOf(body: string): string {
  if (body.length <= QUOTED_LENGTH) return body;
  const cut = body.slice(0, QUOTED_LENGTH - 1);
  return `${cut.replace(/[\uD800-\uDBFF]$/, '')}…`;
}

export function targetOf(message: Described & Pick<Message, 'tsServer' | 'createdAt'>): Target {
  return { ...quotedOf(message), sentAt: message.tsServer ?? message.createdAt };
}

type Judged = Pick<Message, 'direction' | 'kind' | 'status' | 'deletedAt'>;

/** Why `payload` may not be done to a message as it is stored; `null` when it may, as far as time does not forbid it. */
export function refusalOfTarget(payload: Payload, message: Judged): ErrorInfo | null {
  const field = payload.kind === 'text' ? 'payload.quotedId' : 'payload.targetId';
  if (message.deletedAt !== null) return errorOf('target_deleted', '', field);
  if (message.direction === 'outbound' && !hasLeft(message.status)) return errorOf('target_not_sent', '', field);
  if (payload.kind !== 'edit' && payload.kind !== 'delete') return null;
  if (message.direction === 'inbound') return errorOf('target_not_ours', '', field);
  if (payload.kind === 'edit' && message.kind !== 'text') return errorOf('target_not_text', '', field);
  return null;
}

function hasLeft(status: Message['status']): boolean {
  return status === 'sent' || status === 'delivered' || status === 'read' || status === 'played';
}

/**
 * Why it is too late for `payload`; `null` when it is not.
 *
 * @param graceMs what an edit may be late, because it was asked for in time.
 */
export function refusalByTime(payload: Payload, sentAtMs: number, nowMs: number, graceMs = 0): ErrorInfo | null {
  const ageMs = nowMs - sentAtMs;
  if (payload.kind === 'edit' && ageMs > EDIT_WINDOW_MS + graceMs) {
    return errorOf('edit_window_passed', '', 'payload.targetId');
  }
  if (payload.kind === 'delete' && ageMs > DELETE_WINDOW_MS) {
    return errorOf('delete_window_passed', '', 'payload.targetId');
  }
  return null;
}
