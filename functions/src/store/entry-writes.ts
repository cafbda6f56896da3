/**
 * What settling or restarting an outbox entry writes: the entry, and what staff see of it. That is the status of the message it
 * makes, or the pending change on the message it changes.
 */
import type { ErrorInfo } from '@switchboard/contract/failure';
import {
  canMessageMove,
  messageStatusSchema,
  pendingChangeSchema,
  type MessageStatus,
} from '@switchboard/contract/message';
import { OUTBOX_KEPT_MS } from '@switchboard/contract/outbox';
import {
  FieldValue,
  Timestamp,
  type DocumentReference,
  type DocumentSnapshot,
  type Transaction,
} from 'firebase-admin/firestore';
import * as z from 'zod/mini';

export interface EntryWrites {
  /** Settles the entry, and its message unless that proved to have arrived. */
  readonly end: (status: 'cancelled' | 'failed', error: ErrorInfo | null) => void;
  /** Hands the entry to the host again: same id, same content, attempts counted anew. Its wait for a connection begins anew, too. */
  readonly routeAgain: () => void;
  /** Hands a scheduled entry to the host, whatever it was put off for. */
  readonly routeScheduled: () => void;
}

/** What staff see of an entry, and how to change that. */
interface Shown {
  readonly status: MessageStatus;
  end(tx: Transaction, status: 'cancelled' | 'failed', error: ErrorInfo | null): void;
  restart(tx: Transaction): void;
}

/** Of an entry that makes a message. */
export function statusOf(message: DocumentSnapshot): Shown | null {
  if (!message.exists) return null;
  const current = messageStatusSchema.parse(message.get('status'));
  return {
    status: current,
    end(tx, status, error) {
      if (canMessageMove(current, status)) tx.update(message.ref, { status, error });
    },
    restart(tx) {
      tx.update(message.ref, { status: 'queued', error: null });
    },
  };
}

/** Of an entry that changes a message; `null` once the change is done, or a newer one shows in its place. */
export function changeShown(message: DocumentSnapshot, requestId: string): Shown | null {
  const pending = z.nullish(pendingChangeSchema).parse(message.get('pendingChange'));
  if (pending?.outboxId !== requestId) return null;
  return {
    status: pending.error ? 'failed' : 'queued',
    end(tx, status, error) {
      tx.update(message.ref, { pendingChange: status === 'cancelled' ? null : { ...pending, error } });
    },
    restart(tx) {
      tx.update(message.ref, { pendingChange: { ...pending, error: null } });
    },
  };
}

export function entryWrites(tx: Transaction, ref: DocumentReference, shown: Shown | null): EntryWrites {
  const updatedAt = FieldValue.serverTimestamp();
  return {
    end(status, error) {
      const expiresAt = Timestamp.fromMillis(Date.now() + OUTBOX_KEPT_MS);
      tx.update(ref, { status, error, leaseUntil: null, expiresAt, updatedAt });
      shown?.end(tx, status, error);
    },

    routeAgain() {
      tx.update(ref, {
        status: 'routed',
        error: null,
        attemptCount: 0,
        nextAttemptAt: updatedAt,
        claimedBy: null,
        epoch: null,
        leaseUntil: null,
        expiresAt: null,
        updatedAt,
      });
      shown?.restart(tx);
    },

    routeScheduled() {
      tx.update(ref, { status: 'routed', error: null, updatedAt });
    },
  };
}
