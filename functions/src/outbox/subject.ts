/** Looks at the message an entry is about: what it answers, or changes. Of another thread there is none. */
import { errorOf, type ErrorInfo } from '@switchboard/contract/failure';
import { targetIdOf, type Payload } from '@switchboard/contract/payload';
import { refusalByTime, refusalOfTarget, targetOf, type Target } from '@switchboard/contract/target';
import type { EntryTransaction, FoundThread } from '../store/outbox.ts';

export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorInfo };

/** @returns `null` for an entry that is about no message. */
export async function checkSubject(
  entry: Pick<EntryTransaction, 'readMessage'>,
  payload: Payload,
  { threadId, thread }: FoundThread,
  nowMs: number,
): Promise<Checked<Target | null>> {
  const messageId = targetIdOf(payload);
  if (messageId === null) return { ok: true, value: null };
  const message = thread ? await entry.readMessage(threadId, messageId) : null;
  if (!message) {
    const field = payload.kind === 'text' ? 'payload.quotedId' : 'payload.targetId';
    return { ok: false, error: errorOf('target_unknown', messageId, field) };
  }
  const target = targetOf(message);
  const error = refusalOfTarget(payload, message) ?? refusalByTime(payload, target.sentAt.toMillis(), nowMs);
  return error ? { ok: false, error } : { ok: true, value: target };
}
