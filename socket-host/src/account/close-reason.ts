/**
 * What follows from each way a connection to WhatsApp can end. Pure: one decision per code, one test per decision.
 * A link is never given up on a guess: only a logout that a second connection confirms, a phone on which linked devices were turned off,
 * or a person ends one.
 */
import type { StatusReasonCode } from '@switchboard/contract/account';
import { PASSKEY_WANTED, WRONG_PHONE } from '../whatsapp/close-of.ts';

export interface CloseFacts {
  /** WhatsApp's or the library's code; `null` when we ended it. */
  readonly code: number | null;
  readonly message: string;
  readonly isLinked: boolean;
  /** WhatsApp has let this link in before. */
  readonly hasOpened: boolean;
  /** How often in a row WhatsApp said "logged out"; this time included. */
  readonly logoutCount: number;
  /** How often WhatsApp said "replaced" within `CONFLICT_PERIOD_MS`; this time included. */
  readonly conflictCount: number;
  /** How many connections in a row did not hold; this one included. */
  readonly attempts: number;
  /** A link was made on this connection: WhatsApp ends it with 515 and waits for the next one. */
  readonly isRestartDue: boolean;
  /** Whether the lease on the account is still ours. */
  readonly holdsLease: boolean;
}

export type CloseDecision =
  | {
      readonly kind: 'reconnect';
      readonly when: 'now' | 'after-backoff' | 'after-conflict';
      /** `null`: nothing anybody has to see. */
      readonly reason: StatusReasonCode | null;
      /** Ask for the newest WhatsApp Web version first. */
      readonly refreshVersion: boolean;
    }
  | {
      readonly kind: 'give-up';
      readonly status: 'needs_qr' | 'logged_out' | 'restricted' | 'disconnected';
      readonly reason: StatusReasonCode;
    }
  /** Another host runs the account: stop, and change nothing. */
  | { readonly kind: 'stand-down' };

/** How long to leave the connection to whoever replaced us, ms. */
export const CONFLICT_WAIT_MS = 30_000;
/** Another program that takes the connection every few minutes fights for it all the same, although ours holds in between, ms. */
export const CONFLICT_PERIOD_MS = 3_600_000;
const MAX_CONFLICTS = 3;
const LOGOUTS_TO_BELIEVE = 2;

/** The library's words for "nobody scanned any of the codes". */
const QR_ENDED = 'QR refs attempts ended';
/** The library's words when the connection was refused before WhatsApp spoke: its code is HTTP's, not WhatsApp's. */
const BEFORE_WHATSAPP = 'WebSocket Error';
/** The library's words for a link that proves nothing: not sealed by who saw the code, not signed by the phone, or without what is to be signed. */
const BAD_PAIRINGS: ReadonlySet<string> = new Set([
  'Invalid account signature',
  'Failed to verify account signature',
  'Missing device-identity or device in pair success node',
]);

/** Codes that the library gives to a connection that ended without a word from WhatsApp, as it does 500 to what it does not know. */
const WORDLESS: ReadonlySet<number | null> = new Set([null, 408, 428, 500]);

/** Who ended a connection by this: WhatsApp, or whatever lies between it and us. */
export function speakerOf(code: number | null, message: string): 'whatsapp' | 'network' {
  return message.startsWith(BEFORE_WHATSAPP) || WORDLESS.has(code) ? 'network' : 'whatsapp';
}

function reconnect(reason: StatusReasonCode | null, when: 'now' | 'after-backoff' | 'after-conflict'): CloseDecision {
  return { kind: 'reconnect', when, reason, refreshVersion: false };
}

const LOST = reconnect('connection_lost', 'after-backoff');

function giveUp(
  status: 'needs_qr' | 'logged_out' | 'restricted' | 'disconnected',
  reason: StatusReasonCode,
): CloseDecision {
  return { kind: 'give-up', status, reason };
}

/** A link that was never let in did not end: whoever made it ended, or was cut off, before the phone had its answer. */
function decideLogout({ isLinked, hasOpened, logoutCount }: CloseFacts): CloseDecision {
  if (isLinked && logoutCount < LOGOUTS_TO_BELIEVE) return LOST;
  return hasOpened ? giveUp('logged_out', 'logged_out') : giveUp('needs_qr', 'link_refused');
}

function decideConflict({ holdsLease, conflictCount }: CloseFacts): CloseDecision {
  if (!holdsLease) return { kind: 'stand-down' };
  return conflictCount > MAX_CONFLICTS ? giveUp('disconnected', 'conflict') : reconnect('conflict', 'after-conflict');
}

/** A restart is nothing to see, once. WhatsApp asking for one each time we come is a connection that does not hold. */
function decideRestart({ isRestartDue, attempts }: CloseFacts): CloseDecision {
  return isRestartDue || attempts <= 1 ? reconnect(null, 'now') : LOST;
}

const OUTDATED: CloseDecision = {
  kind: 'reconnect',
  when: 'after-backoff',
  reason: 'client_outdated',
  refreshVersion: true,
};

/** The codes that mean more than "the connection was lost". */
const DECISIONS: ReadonlyMap<number | null, (facts: CloseFacts) => CloseDecision> = new Map([
  [401, decideLogout],
  [402, () => giveUp('restricted', 'banned_for_a_time')],
  [403, () => giveUp('restricted', 'locked')],
  [405, () => OUTDATED],
  [406, () => giveUp('restricted', 'banned')],
  [408, ({ message }: CloseFacts) => (message === QR_ENDED ? giveUp('needs_qr', 'qr_expired') : LOST)],
  [409, () => OUTDATED],
  [411, () => giveUp('needs_qr', 'multi_device_off')],
  [440, decideConflict],
  [
    500,
    ({ message, isLinked }: CloseFacts) =>
      BAD_PAIRINGS.has(message) && !isLinked ? giveUp('needs_qr', 'link_refused') : LOST,
  ],
  [515, decideRestart],
]);

/** 428, 503, network trouble and whatever nobody has told us about: the link is good until WhatsApp says otherwise. */
export function decideClose(facts: CloseFacts): CloseDecision {
  if (facts.message.startsWith(BEFORE_WHATSAPP)) return LOST;
  if (facts.message === PASSKEY_WANTED && !facts.isLinked) return giveUp('needs_qr', 'passkey_required');
  if (facts.message === WRONG_PHONE && !facts.isLinked) return giveUp('needs_qr', 'wrong_phone');
  return DECISIONS.get(facts.code)?.(facts) ?? LOST;
}
