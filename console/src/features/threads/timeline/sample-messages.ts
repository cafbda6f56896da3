/** Messages and entries for the tests of this folder. */
import { messageSchema, type Message } from '@switchboard/contract/message';
import type { Timestamp } from '@switchboard/contract/timestamp';
import type { Stored } from '../../../lib/firestore/live.ts';
import type { OutboxEntry } from '../../../lib/firestore/outbox.ts';

/** Minutes after noon of a day, in the time zone of whoever runs the test. */
export function minuteOf(minute: number): Timestamp {
  const date = new Date(2026, 10, 20, 12, 0, 0);
  const ms = date.getTime() + minute * 60_000;
  return { seconds: Math.floor(ms / 1_000), nanoseconds: 0, toMillis: () => ms, toDate: () => new Date(ms) };
}

type Given = Partial<Message> & { readonly minute?: number };

export function message(id: string, { minute = 0, ...given }: Given = {}): Stored<Message> {
  const parsed = messageSchema.parse({
    accountId: 'account_demo_1',
    threadId: 't',
    clientJid: 'c@lid',
    direction: 'inbound',
    kind: 'text',
    body: id,
    status: given.direction === 'outbound' ? 'sent' : 'received',
    error: null,
    waMessageId: id,
    outboxId: null,
    senderJid: null,
    senderName: null,
    tsClient: null,
    tsServer: null,
    createdAt: minuteOf(minute),
    createdBy: null,
    ...given,
  });
  return { ...parsed, id };
}

export function entry(
  id: string,
  { minute = 0, ...given }: Partial<OutboxEntry> & { readonly minute?: number } = {},
): Stored<OutboxEntry> {
  return {
    id,
    accountId: 'account_demo_1',
    threadId: 't',
    payload: { kind: 'text', text: id },
    status: 'queued',
    error: null,
    sendAt: null,
    createdAt: minuteOf(minute),
    ...given,
  };
}
