/** An entry as a function routes it, for tests. */
import { Timestamp } from 'firebase-admin/firestore';
import type { RoutedOutbox } from '@switchboard/contract/outbox';
import type { Addressing, OutboxEntry } from './outbox.ts';

export function routedEntry(data: Partial<RoutedOutbox> = {}, asked: Addressing = {}): OutboxEntry {
  const at = data.createdAt ?? Timestamp.fromMillis(0);
  return {
    requestId: `routed-${String(at.toMillis())}`,
    asked,
    built: null,
    version: Timestamp.fromMillis(0),
    data: {
      accountId: 'a',
      payload: { kind: 'text', text: 'x' },
      status: 'routed',
      createdAt: at,
      createdBy: 'u',
      threadId: 't',
      waMessageId: '3EB0',
      recipientJid: '1@lid',
      isFirstContact: false,
      attemptCount: 0,
      nextAttemptAt: null,
      claimedBy: null,
      epoch: null,
      leaseUntil: null,
      error: null,
      routedAt: at,
      sentAt: null,
      ...data,
    },
  };
}
