/**
 * Settles an outbox entry that changes a message: the entry, the message and the thread's preview in one commit. As everywhere, the
 * commit asserts that the entry is still as we last saw it; and besides that the message is, since others change it too, and the thread
 * where that shows it.
 */
import type { MessageChange } from '@switchboard/contract/change';
import type { ErrorInfo } from '@switchboard/contract/failure';
import { OUR_REACTION, pendingChangeSchema } from '@switchboard/contract/message';
import { paths } from '@switchboard/contract/paths';
import type { Change } from '@switchboard/contract/payload';
import type { DocumentSnapshot, Firestore, WriteBatch } from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { isLostRace } from './firestore.ts';
import { fieldsOfChange, previewOfChange } from './message-changes.ts';
import { readEntry, settleFailed, settleSent, type OutboxEntry } from './outbox.ts';
import { asRead } from './undisturbed.ts';

export type ChangeOutcome =
  { readonly kind: 'sent'; readonly at: Date | null } | { readonly kind: 'failed'; readonly error: ErrorInfo };

/** @throws the Firestore error, or one that asks for another try; a lost race only when the entry is settled already. */
export async function settleChange(
  db: Firestore,
  entry: OutboxEntry,
  payload: Change,
  outcome: ChangeOutcome,
): Promise<void> {
  const { threadId } = entry.data;
  const [message, thread] = await db.getAll(
    db.doc(paths.message(threadId, payload.targetId)),
    db.doc(paths.thread(threadId)),
  );
  const batch = db.batch();
  if (outcome.kind === 'sent') settleSent(db, batch, entry, outcome.at);
  else settleFailed(db, batch, entry, outcome.error);
  if (message?.exists && thread) addChange(batch, { message, thread }, entry, payload, outcome);
  try {
    await batch.commit();
  } catch (error) {
    if (!isLostRace(error)) throw error;
    const stored = await readEntry(db, entry.requestId);
    if (stored?.version.isEqual(entry.version))
      throw new Error('the message or its thread changed meanwhile', { cause: error });
    throw error;
  }
}

function addChange(
  batch: WriteBatch,
  { message, thread }: Readonly<Record<'message' | 'thread', DocumentSnapshot>>,
  entry: OutboxEntry,
  payload: Change,
  outcome: ChangeOutcome,
): void {
  const made = outcome.kind === 'sent' ? fieldsOfChange(message, changeOf(entry, payload)) : null;
  const fields = { ...made, ...pendingAfter(message, entry.requestId, outcome) };
  if (Object.keys(fields).length === 0) return;
  batch.update(message.ref, fields, asRead(message));
  const preview = made && previewOfChange(thread, message, made);
  if (preview) batch.update(thread.ref, preview, asRead(thread));
}

function changeOf({ data: { createdAt } }: OutboxEntry, payload: Change): MessageChange {
  const who = { by: OUR_REACTION, at: createdAt };
  switch (payload.kind) {
    case 'reaction':
      return { ...who, kind: 'reaction', emoji: payload.emoji };
    case 'edit':
      return { ...who, kind: 'edit', text: payload.text };
    case 'delete':
      return { ...who, kind: 'delete' };
  }
}

/** What staff see of the change from now on; nothing changes when they see a newer one. */
function pendingAfter(message: DocumentSnapshot, requestId: string, outcome: ChangeOutcome): Record<string, unknown> {
  const pending = z.catch(z.nullish(pendingChangeSchema), null).parse(message.get('pendingChange'));
  if (pending?.outboxId !== requestId) return {};
  return { pendingChange: outcome.kind === 'sent' ? null : { ...pending, error: outcome.error } };
}
