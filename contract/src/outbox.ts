/**
 * The outbox: a client creates an entry, a function routes it, the host that owns the account sends it.
 *
 *   queued ──▶ routed ──▶ processing ──▶ sent
 *     │  │       ▲ ▲ │         │  │
 *     │  ▼       │ └─┼─────────┘  └────▶ failed
 *     │ scheduled┘   ▼
 *     ▼    └───▶ cancelled
 *   rejected
 *
 * Not drawn: queued ──▶ cancelled · routed ──▶ failed, when it cannot be built or is too late · failed ──▶ routed, a retry by hand.
 *
 * queued: written by the client · scheduled, routed, rejected, cancelled: by functions · the rest: by the host that claimed it;
 * it also routes what was scheduled, when its time has come, and puts off (`scheduled`) what has to wait long. Functions give up
 * (`failed`) what waited a week, and what the host of an account that is deleted by now never settled.
 */
import * as z from 'zod/mini';
import { errorOf, errorOfIssues, errorSchema, type ErrorInfo } from './failure.ts';
import { isChange, payloadErrorOf, payloadSchema } from './payload.ts';
import { countSchema, filled } from './shapes.ts';
import { targetSchema } from './target.ts';
import { timestampSchema } from './timestamp.ts';

/** How long a settled or rejected entry is kept before Firestore's TTL removes it, ms. */
export const OUTBOX_KEPT_MS = 30 * 24 * 3_600_000;

export const outboxStatusSchema = z.enum([
  'queued',
  'scheduled',
  'routed',
  'processing',
  'sent',
  'failed',
  'rejected',
  'cancelled',
]);
export type OutboxStatus = z.infer<typeof outboxStatusSchema>;

const MOVES: Record<OutboxStatus, readonly OutboxStatus[]> = {
  queued: ['routed', 'scheduled', 'rejected', 'cancelled'],
  scheduled: ['routed', 'cancelled'],
  routed: ['processing', 'failed', 'scheduled', 'cancelled'],
  processing: ['sent', 'failed', 'routed'],
  sent: [],
  failed: ['routed'],
  rejected: [],
  cancelled: [],
};

/** Whether an entry may go from one status to another. `failed → routed` is a retry by hand. */
export function canOutboxMove(from: OutboxStatus, to: OutboxStatus): boolean {
  return MOVES[from].includes(to);
}

/** What a client writes into `outbox/{requestId}`: exactly one recipient, nothing of the server's. */
export const outboxInputSchema = z.strictObject({
  accountId: filled(200),
  toJid: z.optional(z.string().check(z.maxLength(100))),
  toPhone: z.optional(z.string().check(z.maxLength(40))),
  threadId: z.optional(filled(400)),
  payload: payloadSchema,
  status: z.literal('queued'),
  /** Not to be sent before. */
  sendAt: z.optional(timestampSchema),
  createdAt: timestampSchema,
  createdBy: filled(128),
});
export type OutboxInput = z.infer<typeof outboxInputSchema>;

export type ParsedOutboxInput =
  { readonly ok: true; readonly input: OutboxInput } | { readonly ok: false; readonly error: ErrorInfo };

/** Reads an untrusted outbox document; on failure says which field is wrong and why. */
export function parseOutboxInput(document: Record<string, unknown>): ParsedOutboxInput {
  const parsed = outboxInputSchema.safeParse(document);
  if (!parsed.success) {
    const onPayload = parsed.error.issues[0]?.path[0] === 'payload';
    return {
      ok: false,
      error: onPayload ? payloadErrorOf(document['payload'], parsed.error) : errorOfIssues(parsed.error),
    };
  }
  const recipients = (['toJid', 'toPhone', 'threadId'] as const).filter((field) => parsed.data[field] !== undefined);
  if (recipients.length !== 1) {
    const detail = `exactly one of toJid, toPhone and threadId is needed, found ${recipients.length === 0 ? 'none' : recipients.join(' and ')}`;
    return { ok: false, error: errorOf('invalid_request', detail, recipients[1] ?? 'toPhone') };
  }
  if (isChange(parsed.data.payload) && parsed.data.sendAt !== undefined) {
    return { ok: false, error: errorOf('invalid_request', 'sendAt: only messages can be sent later', 'sendAt') };
  }
  return { ok: true, input: parsed.data };
}

/** `outbox/{requestId}` once routed: what the host works with. */
export const routedOutboxSchema = z.object({
  accountId: z.string(),
  payload: payloadSchema,
  status: outboxStatusSchema,
  createdAt: timestampSchema,
  createdBy: z.string(),
  threadId: z.string(),
  waMessageId: z.string(),
  /** The bare jid the router resolved; the host may still prefer the LID it knows for it. */
  recipientJid: z.string(),
  sendAt: z.nullish(timestampSchema),
  /** The message it answers or changes, as it was when the entry was routed. */
  target: z.nullish(targetSchema),
  /** The customer has never written to this account: the message counts against the cap on new threads. */
  isFirstContact: z._default(z.boolean(), false),
  attemptCount: countSchema,
  /** When a host last took it for sending: what the pacer counts. */
  claimedAt: z.nullish(timestampSchema),
  /**
   * When what was put off goes. Of what is routed: since when it waits for a connection, where that is not since it was written; a
   * retry by hand sets it, too. Hosts send what is routed without regard to it.
   */
  nextAttemptAt: z.nullable(timestampSchema),
  claimedBy: z.nullable(z.string()),
  epoch: z.nullable(countSchema),
  leaseUntil: z.nullable(timestampSchema),
  error: z.nullable(errorSchema),
  routedAt: timestampSchema,
  sentAt: z.nullable(timestampSchema),
});
export type RoutedOutbox = z.infer<typeof routedOutboxSchema>;
