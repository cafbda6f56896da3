/**
 * An incident is trouble with an account that a person must know of. The same trouble of the same account is one document
 * (`incidentIdOf`): coming again raises its count, and it is resolved once the account has been well again for a while (a notice:
 * after a week).
 */
import * as z from 'zod/mini';
import { timestampSchema } from './timestamp.ts';

export const incidentSeveritySchema = z.enum(['medium', 'high']);
export type IncidentSeverity = z.infer<typeof incidentSeveritySchema>;

/** What happened and what to do, in a sentence for people. */
const INCIDENTS = {
  connection_lost: {
    severity: 'medium',
    message: 'The account has not reached WhatsApp for several tries in a row. It keeps trying; nothing is lost.',
  },
  restricted: {
    severity: 'high',
    message: 'WhatsApp banned or locked this number. Open WhatsApp on the phone to see what it says.',
  },
  logged_out: {
    severity: 'high',
    message: 'The phone removed this device from its linked devices. Link the account again.',
  },
  multi_device_off: {
    severity: 'high',
    message: 'The phone no longer allows linked devices. Update WhatsApp on the phone, then link again.',
  },
  conflict: {
    severity: 'high',
    message: 'Another program uses the same link. Stop it, then connect the account again.',
  },
  passkey_required: {
    severity: 'high',
    message:
      'WhatsApp asks for a passkey to link this number, and only its own apps can give one. Try again later or by pairing code.',
  },
  session_unreadable: {
    severity: 'high',
    message:
      'The stored link cannot be read: this host lacks the right key, or the key service or Firestore does not answer. Nothing was changed; the details say why.',
  },
  session_restored: {
    severity: 'medium',
    message: 'Part of the stored link was damaged. It goes on with an earlier copy, or without what was lost.',
  },
  session_unwritten: {
    severity: 'high',
    message:
      'What this account needs for its link cannot be stored, so it connects anew again and again. Put right what Firestore says in the details; nothing is lost meanwhile.',
  },
  decryption_failing: {
    severity: 'high',
    message: 'Many messages to this account cannot be decrypted. If it goes on, link the account again.',
  },
  message_unstored: {
    severity: 'medium',
    message: 'A message could not be stored as it came; a note stands in its place. Read it on the phone.',
  },
  host_silent: {
    severity: 'high',
    message: 'No running host serves this account. Start a host, or look at why it stopped; nothing is lost meanwhile.',
  },
  outbox_stuck: {
    severity: 'medium',
    message:
      'Messages of this account were begun and not finished for minutes. Its host takes them up again by itself.',
  },
} as const satisfies Record<string, { readonly severity: IncidentSeverity; readonly message: string }>;

export type IncidentType = keyof typeof INCIDENTS;
export const INCIDENT_TYPES = Object.keys(INCIDENTS) as [IncidentType, ...IncidentType[]];
export const incidentTypeSchema = z.enum(INCIDENT_TYPES);

/** What happened once and is over: people are to know of it for a while, whatever becomes of the account. */
export const NOTICE_TYPES: ReadonlySet<IncidentType> = new Set(['session_restored', 'message_unstored']);
/** For how long they are shown, ms. */
export const NOTICE_MS = 7 * 24 * 3_600_000;

/** How grave this trouble is, and its sentence for people. */
export function describeIncident(type: IncidentType): {
  readonly severity: IncidentSeverity;
  readonly message: string;
} {
  return INCIDENTS[type];
}

/** `incidents/{incidentIdOf(accountId, type)}`, written by the host that owns the account, or by a schedule when there is none. */
export const incidentSchema = z.object({
  accountId: z.string(),
  type: incidentTypeSchema,
  severity: incidentSeveritySchema,
  message: z.string(),
  /** The particulars of the last time: close codes, what WhatsApp said. */
  details: z.record(z.string(), z.union([z.string(), z.number()])),
  /** When it began: the first time since it was last resolved. */
  ts: timestampSchema,
  /** When it happened last. */
  lastAt: timestampSchema,
  /** How often it happened since `ts`. */
  count: z.int().check(z.positive()),
  /** When the account was well again; `null` while it is not. */
  resolvedAt: z.nullable(timestampSchema),
});
export type Incident = z.infer<typeof incidentSchema>;
