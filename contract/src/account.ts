/**
 * An account is a number we run. `desired` is what people want, `status` is what is; the owning host reconciles.
 *
 *   connecting ──▶ qr_ready ──▶ connected ◀──▶ reconnecting
 *       ▲              │            │                │
 *       │              ▼            ▼                ▼
 *       └──────── needs_qr    logged_out · restricted · disconnected ──▶ deleted
 *
 * Functions write `connecting` when someone asks for a link; every other status is the owning host's. Where that host is dead, or beats
 * and cannot hold its leases, and nobody takes its place, a schedule writes instead: `needs_qr` where a code was shown, `reconnecting`
 * for what was connected.
 */
import * as z from 'zod/mini';
import { errorSchema } from './failure.ts';
import { requestIdSchema } from './ids.ts';
import { DEFAULT_LIMITS, holdSchema, limitsSchema } from './limits.ts';
import { countSchema, nameSchema, nullIfMissing } from './shapes.ts';
import { timestampSchema } from './timestamp.ts';
import { teamSchema } from './user.ts';

export const ACCOUNT_STATUSES = [
  /** A socket is being opened. */
  'connecting',
  /** A QR or pairing code waits for the phone. */
  'qr_ready',
  /** Traffic was proven recently. */
  'connected',
  /** The link is good, the connection is down; the host keeps trying. */
  'reconnecting',
  /** Someone asked for it to be offline, or another program holds the connection. */
  'disconnected',
  /** The QR expired or the link must be renewed: someone has to ask for a new one. */
  'needs_qr',
  /** The phone or WhatsApp ended the link. */
  'logged_out',
  /** WhatsApp banned or locked the number. */
  'restricted',
  /** Removed by a person; its threads stay. */
  'deleted',
] as const;
export const accountStatusSchema = z.enum(ACCOUNT_STATUSES);
export type AccountStatus = z.infer<typeof accountStatusSchema>;

const MOVES: Record<AccountStatus, readonly AccountStatus[]> = {
  connecting: [
    'qr_ready',
    'connected',
    'reconnecting',
    'disconnected',
    'needs_qr',
    'logged_out',
    'restricted',
    'deleted',
  ],
  qr_ready: [
    'connecting',
    'connected',
    'reconnecting',
    'disconnected',
    'needs_qr',
    'logged_out',
    'restricted',
    'deleted',
  ],
  connected: ['connecting', 'reconnecting', 'disconnected', 'needs_qr', 'logged_out', 'restricted', 'deleted'],
  reconnecting: [
    'connecting',
    'qr_ready',
    'connected',
    'disconnected',
    'needs_qr',
    'logged_out',
    'restricted',
    'deleted',
  ],
  disconnected: ['connecting', 'deleted'],
  needs_qr: ['connecting', 'disconnected', 'deleted'],
  logged_out: ['connecting', 'disconnected', 'deleted'],
  restricted: ['connecting', 'disconnected', 'deleted'],
  deleted: ['connecting'],
};

/** Whether an account may go from one status to another; staying is always legal. */
export function canAccountMove(from: AccountStatus, to: AccountStatus): boolean {
  return from === to || MOVES[from].includes(to);
}

/** Why an account is in its status, in a code for programs and a sentence that says what to do next. */
const STATUS_REASONS = {
  qr_expired: 'The QR code was not scanned in time. Ask for a new one.',
  host_silent: 'The host that showed the code does not run any more, or cannot. Ask for a new code.',
  link_refused: 'WhatsApp did not accept the link. Ask for a new QR code and scan it again.',
  wrong_phone:
    'The code was used on the phone of another number, which was not linked. Ask for a new code and use it on the phone of this number.',
  passkey_required:
    'WhatsApp asks for a passkey to link this number, and only its own apps can give one. Try again later or by pairing code; if WhatsApp goes on asking, use the official WhatsApp API for this number.',
  multi_device_off: 'The phone does not allow linked devices. Update WhatsApp on the phone, then link again.',
  logged_out: 'The phone removed this device from its linked devices. Link it again.',
  conflict: 'Another program uses the same link. Stop it, then connect again.',
  banned: 'WhatsApp banned this number. Open WhatsApp on the phone to see what it says.',
  banned_for_a_time: 'WhatsApp banned this number for a time. Open WhatsApp on the phone to see for how long.',
  locked: 'WhatsApp locked this number. Open WhatsApp on the phone and follow what it asks.',
  client_outdated: 'WhatsApp wants a newer WhatsApp Web version. A newer one is being looked for.',
  connection_lost: 'The connection to WhatsApp was lost. It is being restored.',
  session_unreadable:
    'The stored link cannot be read with the key the host has. It is tried again every few minutes; resetting the link replaces it.',
  asked: 'Somebody disconnected this account.',
  deleted: 'Somebody deleted this account.',
} as const;
export type StatusReasonCode = keyof typeof STATUS_REASONS;
const reasonCodes = Object.keys(STATUS_REASONS) as [StatusReasonCode, ...StatusReasonCode[]];
export const statusReasonSchema = z.object({ code: z.enum(reasonCodes), message: z.string() });
export type StatusReason = z.infer<typeof statusReasonSchema>;

export function statusReasonOf(code: StatusReasonCode): StatusReason {
  return { code, message: STATUS_REASONS[code] };
}

export const desiredSchema = z.enum(['online', 'offline', 'deleted']);
export type Desired = z.infer<typeof desiredSchema>;

export const linkMethodSchema = z.enum(['qr', 'pairing_code']);
export type LinkMethod = z.infer<typeof linkMethodSchema>;

/** What staff may ask of an account; `accountRequests/{requestId}` carries it. */
export const ACCOUNT_REQUEST_TYPES = [
  'add',
  /** Connects: with the link there is, or with a new one where WhatsApp has ended it. */
  'relink',
  'pairing_code',
  'connect',
  'disconnect',
  /** Throws the link away, good or not, and asks for a new one. */
  'reset',
  'delete',
] as const;
export const accountRequestTypeSchema = z.enum(ACCOUNT_REQUEST_TYPES);
export type AccountRequestType = z.infer<typeof accountRequestTypeSchema>;

/** `accounts/{accountId}`, written by functions and by the owning host. */
export const accountSchema = z.object({
  name: z.string(),
  phoneE164: z.string(),
  team: teamSchema,
  externalId: z.nullable(z.string()),
  status: accountStatusSchema,
  statusReason: z.nullable(statusReasonSchema),
  desired: desiredSchema,
  linkMethod: linkMethodSchema,
  /** The request the owning host has still to act on. The host clears it and marks the request `done` in one batch. */
  pendingRequest: z.nullable(z.object({ id: requestIdSchema, type: accountRequestTypeSchema })),
  /** When the newest request that was routed was asked, by Firestore's clock. An older one that is routed late is `superseded`. */
  lastRequestAt: nullIfMissing(timestampSchema),
  waJid: z.nullable(z.string()),
  waLid: z.nullable(z.string()),
  pushName: z.nullable(z.string()),
  ownerHostId: z.nullable(z.string()),
  reconnectAttempts: countSchema,
  lastConnectedAt: z.nullable(timestampSchema),
  lastDisconnectedAt: z.nullable(timestampSchema),
  /** WhatsApp's close code of the last drop and what it said. */
  lastDisconnect: z.nullable(z.object({ code: z.int(), reason: z.string() })),
  /** When WhatsApp last showed the account to be alive; up to five minutes behind. */
  lastEventAt: z.nullable(timestampSchema),
  /** When a message last went in or out; likewise. */
  lastMessageAt: z.nullable(timestampSchema),
  limits: z._default(limitsSchema, DEFAULT_LIMITS),
  hold: nullIfMissing(holdSchema),
  createdAt: timestampSchema,
  createdBy: z.string(),
  updatedAt: timestampSchema,
});
export type Account = z.infer<typeof accountSchema>;

/** `accounts/{accountId}/private/linking`: a credential, so only admins and managers read it. Deleted on open. */
export const linkingSchema = z.object({
  qr: z.nullable(z.string()),
  /** The QR as a PNG data URL, ready for an `<img>`. */
  qrDataUrl: z.nullable(z.string()),
  pairingCode: z.nullable(z.string()),
  expiresAt: timestampSchema,
  /** Counts the codes shown in this attempt to link, from 1. */
  attempt: z.int().check(z.positive()),
});

/** What a client writes into `accountRequests/{requestId}`. */
export const accountRequestInputSchema = z
  .strictObject({
    type: accountRequestTypeSchema,
    accountId: z.optional(z.string()),
    name: z.optional(nameSchema),
    phone: z.optional(z.string()),
    team: z.optional(teamSchema),
    status: z.literal('queued'),
    createdBy: z.string().check(z.minLength(1)),
    createdAt: timestampSchema,
  })
  .check(
    z.superRefine((request, context) => {
      const needed = request.type === 'add' ? (['phone', 'name'] as const) : (['accountId'] as const);
      for (const field of needed) {
        if (request[field] === undefined)
          context.addIssue({ code: 'custom', path: [field], message: `is required for "${request.type}"` });
      }
    }),
  );
export type AccountRequestInput = z.infer<typeof accountRequestInputSchema>;

/**
 * `accountRequests/{requestId}`: queued (client) → routed (function) → done (host), or rejected with `error`; `superseded` when a
 * newer one of its account came first, or took its place.
 */
export const accountRequestStatusSchema = z.enum(['queued', 'routed', 'rejected', 'done']);
export const accountRequestSchema = z.object({
  type: accountRequestTypeSchema,
  accountId: z.nullish(z.string()),
  status: accountRequestStatusSchema,
  error: z.nullish(errorSchema),
});
