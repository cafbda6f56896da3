/** What this person asked to send: written here, and followed until a message shows it. */
import { errorSchema, type ErrorInfo } from '@switchboard/contract/failure';
import { outboxStatusSchema, type OutboxStatus } from '@switchboard/contract/outbox';
import { payloadSchema, type Payload } from '@switchboard/contract/payload';
import { COLLECTIONS, paths } from '@switchboard/contract/paths';
import type { Timestamp } from '@switchboard/contract/timestamp';
import { doc, serverTimestamp, Timestamp as Moment, type Firestore } from 'firebase/firestore';
import { useSession } from '../session.tsx';
import { createOnce } from './create-once.ts';
import { followDocument, followQuery, useLive, type Stored } from './live.ts';
import { ownOutboxQuery } from './queries.ts';
import { momentOf, schemaOf, textOf } from './reading.ts';

export interface OutboxEntry {
  readonly accountId: string;
  /** `null` until a new customer's entry was routed. */
  readonly threadId: string | null;
  readonly payload: Payload;
  readonly status: OutboxStatus;
  readonly error: ErrorInfo | null;
  readonly sendAt: Timestamp | null;
  readonly createdAt: Timestamp;
}

const entrySchema = schemaOf((fields): OutboxEntry | null => {
  const payload = payloadSchema.safeParse(fields['payload']);
  const status = outboxStatusSchema.safeParse(fields['status']);
  const error = errorSchema.safeParse(fields['error']);
  const accountId = textOf(fields['accountId']);
  const createdAt = momentOf(fields['createdAt']);
  if (!payload.success || !status.success || accountId === null || createdAt === null) return null;
  return {
    accountId,
    threadId: textOf(fields['threadId']),
    payload: payload.data,
    status: status.data,
    error: error.success ? error.data : null,
    sendAt: momentOf(fields['sendAt']),
    createdAt,
  };
});

/** The newest of one's own, newest first: those without a message yet, and those that were refused. */
export function useOwnOutbox(): readonly Stored<OutboxEntry>[] {
  const { db, person } = useSession();
  const live = useLive(`outbox:${person.uid}`, followQuery(ownOutboxQuery(db, person.uid), entrySchema));
  return live.state === 'ready' ? live.value : NONE;
}

const NONE: readonly Stored<OutboxEntry>[] = [];

/** One entry; `null` while it is unknown or not ours to see. */
export function useOutboxEntry(requestId: string | null): Stored<OutboxEntry> | null {
  const { db } = useSession();
  const open = followDocument(doc(db, paths.outbox(requestId ?? 'none')), entrySchema);
  const live = useLive(requestId === null ? null : `outbox/${requestId}`, open);
  return live.state === 'ready' ? live.value : null;
}

export interface Wish {
  readonly accountId: string;
  readonly to: { readonly threadId: string } | { readonly toPhone: string };
  readonly payload: Payload;
  readonly sendAt?: Date;
}

export interface Asked {
  readonly requestId: string;
  /** Resolves when the server has it. Rejects when the rules refused it and nothing is stored; it is then gone from sight by itself. */
  readonly stored: Promise<void>;
}

/** Asks for something to be sent. It is in sight at once and survives a reload, also without a connection. */
export function askToSend(db: Firestore, uid: string, { accountId, to, payload, sendAt }: Wish): Asked {
  const requestId = crypto.randomUUID();
  const stored = createOnce(doc(db, COLLECTIONS.outbox, requestId), {
    accountId,
    ...to,
    payload,
    ...(sendAt ? { sendAt: Moment.fromDate(sendAt) } : {}),
    status: 'queued',
    createdBy: uid,
    createdAt: serverTimestamp(),
  });
  return { requestId, stored };
}
