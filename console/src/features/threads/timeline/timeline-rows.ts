/** The rows of a thread: day lines, the line above what is new, and bubbles that know whether they begin or end a group. Pure. */
import type { ShownMessage } from './shown-message.ts';

export type TimelineRow =
  | { readonly kind: 'beginning'; readonly key: string }
  | { readonly kind: 'day'; readonly key: string; readonly at: Date }
  | { readonly kind: 'new'; readonly key: string; readonly count: number }
  | {
      readonly kind: 'message';
      readonly key: string;
      readonly message: ShownMessage;
      readonly startsGroup: boolean;
      readonly endsGroup: boolean;
    };

/** Messages of one sender this close together are one group, ms. */
const GROUP_MS = 5 * 60_000;

/** The calendar day in the reader's time zone. */
function dayOf(at: Date): string {
  return `${String(at.getFullYear())}-${String(at.getMonth() + 1)}-${String(at.getDate())}`;
}

function senderOf({ direction, createdBy, senderJid }: ShownMessage): string {
  return `${direction}:${(direction === 'outbound' ? createdBy : senderJid) ?? ''}`;
}

function isTogether(before: ShownMessage | undefined, after: ShownMessage | undefined): boolean {
  if (!before || !after || senderOf(before) !== senderOf(after)) return false;
  const isSameDay = dayOf(before.at.toDate()) === dayOf(after.at.toDate());
  return isSameDay && after.at.toMillis() - before.at.toMillis() < GROUP_MS;
}

/** The new messages of a thread that was opened: where they begin, and how many they were. */
export interface NewSince {
  readonly messageId: string;
  readonly count: number;
}

/** @param isComplete nothing is older than the first message. */
export function timelineRows(
  messages: readonly ShownMessage[],
  newSince: NewSince | null,
  isComplete = false,
): readonly TimelineRow[] {
  const rows: TimelineRow[] = isComplete ? [{ kind: 'beginning', key: 'beginning' }] : [];
  let day = '';
  for (const [index, message] of messages.entries()) {
    const at = message.at.toDate();
    const ownDay = dayOf(at);
    if (ownDay !== day) rows.push({ kind: 'day', key: `day ${ownDay}`, at });
    day = ownDay;
    const isFirstNew = newSince?.messageId === message.id;
    if (isFirstNew) rows.push({ kind: 'new', key: 'new', count: newSince.count });
    const next = messages[index + 1];
    const isNextNew = next !== undefined && newSince?.messageId === next.id;
    rows.push({
      kind: 'message',
      key: message.id,
      message,
      startsGroup: isFirstNew || !isTogether(messages[index - 1], message),
      endsGroup: isNextNew || !isTogether(message, next),
    });
  }
  return rows;
}

/** The line above what is new. */
export function firstNewOf(rows: readonly TimelineRow[]): TimelineRow | null {
  return rows.find(({ kind }) => kind === 'new') ?? null;
}

/** Whether somebody of ours has written since: then the line has done its work. */
export function isAnswered(messages: readonly ShownMessage[], { messageId }: NewSince): boolean {
  const at = messages.findIndex(({ id }) => id === messageId);
  return messages.some(({ direction }, index) => index > at && direction === 'outbound');
}

/** Where the unread ones begin: the last `unread` messages of the customer. */
export function newSinceOf(messages: readonly ShownMessage[], unread: number): NewSince | null {
  if (unread <= 0) return null;
  const inbound = messages.filter(({ direction }) => direction === 'inbound');
  const first = inbound[Math.max(0, inbound.length - unread)];
  return first ? { messageId: first.id, count: unread } : null;
}
