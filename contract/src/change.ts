/**
 * What a reaction, an edit or a deletion makes of the message it is about, whoever did it and in whatever order they come: of two
 * edits the later one stands, a reaction that was taken back stays so, and what was deleted stays deleted. Pure.
 */
import { MAX_REACTIONS, OUR_REACTION, type Message } from './message.ts';
import { searchTokensOf } from './search.ts';
import type { Timestamp } from './timestamp.ts';

/** A change as it reached us, by the wire or by the outbox. */
export type MessageChange = {
  /** `OUR_REACTION` for us (staff, or the account's own phone), else a bare jid. */
  readonly by: string;
  /** When they did it. */
  readonly at: Timestamp;
} & (
  | { readonly kind: 'reaction'; readonly emoji: string | null }
  | { readonly kind: 'edit'; readonly text: string }
  | { readonly kind: 'delete' }
);

type Changeable = Pick<
  Message,
  'direction' | 'senderJid' | 'kind' | 'body' | 'reactions' | 'reactionsTakenBack' | 'editedAt' | 'deletedAt'
>;
export type ChangedFields = Partial<
  Pick<Message, 'kind' | 'body' | 'searchTokens' | 'reactions' | 'reactionsTakenBack' | 'editedAt' | 'deletedAt'>
>;

/** @returns the fields that change; `null` when none do: it was done before, came too late, or is not theirs to do. */
export function changedBy(message: Changeable, change: MessageChange): ChangedFields | null {
  if (message.deletedAt !== null || !isAllowed(message, change)) return null;
  switch (change.kind) {
    case 'reaction':
      return reacted(message, change.by, change.at, change.emoji);
    case 'edit':
      return edited(message, change.text, change.at);
    case 'delete':
      return { body: '', searchTokens: [], reactions: {}, deletedAt: change.at };
  }
}

/** Anybody may react; only who wrote a message edits or deletes it. */
function isAllowed({ direction, senderJid }: Changeable, { kind, by }: MessageChange): boolean {
  if (kind === 'reaction') return true;
  if (direction === 'outbound') return by === OUR_REACTION;
  // One person has two spellings. Which of them belong together is not known here, so only like is compared with like.
  const isOther = senderJid !== null && serverOf(senderJid) === serverOf(by) && senderJid !== by;
  return by !== OUR_REACTION && !isOther;
}

function serverOf(jid: string): string {
  return jid.slice(jid.indexOf('@'));
}

function edited({ kind, body, editedAt }: Changeable, text: string, at: Timestamp): ChangedFields | null {
  if (editedAt !== null && isOvertaken(at, editedAt, body === text)) return null;
  // The words beside a picture change what is not shown yet.
  if (kind === 'unsupported') return { editedAt: at };
  return { kind: 'text', body: text, searchTokens: searchTokensOf(text), editedAt: at };
}

/** Whether a change is older than the one that stands, or the same once more. */
function isOvertaken(at: Timestamp, standing: Timestamp, isSame: boolean): boolean {
  return at.toMillis() < standing.toMillis() || (isSame && at.toMillis() === standing.toMillis());
}

function reacted(
  { reactions, reactionsTakenBack }: Changeable,
  by: string,
  at: Timestamp,
  emoji: string | null,
): ChangedFields | null {
  const standing = reactions[by];
  const last = standing?.at ?? reactionsTakenBack[by];
  if (last && isOvertaken(at, last, (standing?.emoji ?? null) === emoji)) return null;
  const others = without(reactions, by);
  const taken = without(reactionsTakenBack, by);
  if (emoji === null) return { reactions: others, reactionsTakenBack: newest({ ...taken, [by]: at }, (then) => then) };
  return {
    reactions: newest({ ...others, [by]: { emoji, by, at } }, (reaction) => reaction.at),
    reactionsTakenBack: taken,
  };
}

function without<T>(all: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([each]) => each !== key));
}

function newest<T>(all: Readonly<Record<string, T>>, atOf: (one: T) => Timestamp): Record<string, T> {
  const entries = Object.entries(all);
  const sorted = entries.toSorted(([, a], [, b]) => atOf(b).toMillis() - atOf(a).toMillis());
  return Object.fromEntries(entries.length > MAX_REACTIONS ? sorted.slice(0, MAX_REACTIONS) : entries);
}
