/**
 * One attempt to send one entry: build once, show "typing …" where wanted, claim with the built bytes, send, store the outcome.
 * Owns the order of these steps, which is what makes a crash at any point recoverable: the id and the bytes are in Firestore
 * before the first byte leaves, and an entry is settled only by what WhatsApp said of it.
 */
import { errorOf, failureOf, type ErrorInfo } from '@switchboard/contract/failure';
import { canMessageMove, type MessageStatus } from '@switchboard/contract/message';
import { isChange } from '@switchboard/contract/payload';
import { EDIT_GRACE_MS, refusalByTime } from '@switchboard/contract/target';
import type { Clock } from '../clock.ts';
import { untilStored } from '../retry.ts';
import { isContended, isLostRace, type Database } from '../store/firestore.ts';
import type { HeldLease } from '../store/leases.ts';
import type { MessageStatusWriter } from '../store/message-status.ts';
import {
  claimEntry,
  messageVersionOf,
  readEntry,
  settleFailed,
  settleSent,
  type OutboxEntry,
} from '../store/outbox.ts';
import { settleChange } from '../store/settle-change.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { MinuteRates } from '../telemetry/minute-rates.ts';
import type { SendOutcome, WhatsAppSocket } from '../whatsapp/types.ts';
import { decideRefused, decideSettlement, type Settlement } from './decide-settlement.ts';
import type { Waiting } from './lane.ts';
import type { Typing } from './typing.ts';
import { entryFailed, entryRecovered, entrySent, entryTaken, entryWaits, settleBroke } from './log-events.ts';

export interface AttemptDependencies {
  readonly db: Database;
  /** The lease each claim is made under. */
  readonly lease: HeldLease;
  /** Whether that lease certainly holds at this moment, by our own clock: asked right before bytes leave. */
  readonly isHeld: () => boolean;
  /** Another host has an entry of this account: it may have the account as well. */
  readonly onRefused: () => void;
  readonly statuses: MessageStatusWriter;
  readonly typing: Typing;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly rates?: MinuteRates;
  /** WhatsApp has a message, and that is stored. */
  readonly onSent?: () => void;
  /** Whether the account is no longer ours to write for. */
  readonly isStopped: () => boolean;
}

export type AttemptResult =
  /** Nothing is left to do: settled by somebody, or no longer ours. */
  | { readonly kind: 'over' }
  /** What became of it is known: `error` when it failed. `stored` resolves, and never rejects, once that is written down. */
  | { readonly kind: 'settled'; readonly error: ErrorInfo | null; readonly stored: Promise<unknown> }
  | { readonly kind: 'again'; readonly entry: OutboxEntry; readonly isCertain: boolean; readonly delayMs: number };

type Settled = Exclude<Settlement, { kind: 'again' }>;

const OVER: AttemptResult = { kind: 'over' };

/** What was built may have been sent, unless the last thing known of it is that it certainly was not. */
export function isSurelyUnsent({ built, data }: OutboxEntry): boolean {
  return built === null || (data.error !== null && failureOf(data.error.code).certain);
}

/** Makes one attempt. */
export async function attemptEntry(
  dependencies: AttemptDependencies,
  socket: WhatsAppSocket,
  waiting: Waiting,
): Promise<AttemptResult> {
  const { statuses, typing } = dependencies;
  const { entry, isCertain } = waiting;
  const { waMessageId, payload } = entry.data;
  // A change has no message of its own whose status could be remembered.
  if (entry.data.attemptCount === 0 && !isChange(payload)) statuses.restart(waMessageId);
  const known = isCertain ? fateOfUnsent(dependencies, entry) : await fateOfUncertain(dependencies, socket, waiting);
  if (known) return settle(dependencies, entry, known);
  const built = entry.built ?? buildOrNull(socket, entry);
  if (!built) return settle(dependencies, entry, { kind: 'failed', error: errorOf('not_built', payload.kind) });
  // Before the claim: a crash meanwhile leaves an entry that was certainly not sent.
  if (isCertain && !(await typing.before(socket, entry))) return { kind: 'again', entry, isCertain, delayMs: 0 };
  return claimAndSend(dependencies, socket, waiting, built);
}

async function claimAndSend(
  dependencies: AttemptDependencies,
  socket: WhatsAppSocket,
  { entry, isCertain }: Waiting,
  built: Uint8Array,
): Promise<AttemptResult> {
  const { db, lease, isHeld, onRefused, clock, logger } = dependencies;
  const { waMessageId, recipientJid } = entry.data;
  const claim = await claimEntry(db, entry, { lease, built, nowMs: clock.nowMs() });
  if (claim.kind === 'claimed') {
    const claimed = claim.entry;
    // The claim may have taken longer than the lease. It stays claimed, with its bytes, for the next owner.
    if (!isHeld()) return { kind: 'again', entry: uncounted(claimed), isCertain, delayMs: 0 };
    // An earlier claim of ours may have landed though it seemed to fail, and been met now: nothing but its bytes may leave.
    const outcome = await socket.send(recipientJid, waMessageId, claimed.built ?? built).catch(brokenSend);
    const settlement = decideSettlement(outcome, claimed.data.attemptCount);
    // That this attempt reached nobody says nothing of an earlier one.
    const isStillCertain = settlement.kind === 'again' && settlement.isCertain && isCertain;
    const carried = settlement.kind === 'again' && !settlement.isCounted ? uncounted(claimed) : claimed;
    return settle(dependencies, carried, {
      ...settlement,
      ...(settlement.kind === 'again' && { isCertain: isStillCertain }),
    });
  }
  entryTaken(logger, entry.requestId, claim.kind);
  if (claim.kind === 'changed') {
    return { kind: 'again', entry: claim.entry, isCertain: isSurelyUnsent(claim.entry), delayMs: 0 };
  }
  if (claim.kind === 'taken') onRefused();
  return OVER;
}

/** A claimed entry as if this attempt had not been: nothing can have left, so it brings the entry no nearer to being given up. */
function uncounted(claimed: OutboxEntry): OutboxEntry {
  return { ...claimed, data: { ...claimed.data, attemptCount: claimed.data.attemptCount - 1 } };
}

/** Why customers' apps would not do any more what was asked for in time and waited here too long. */
function tooLate({ clock }: AttemptDependencies, { data: { payload, target } }: OutboxEntry): ErrorInfo | null {
  return target ? refusalByTime(payload, target.sentAt.toMillis(), clock.nowMs(), EDIT_GRACE_MS) : null;
}

/** What certainly did not leave is sent, unless it is too late for it. */
function fateOfUnsent(dependencies: AttemptDependencies, entry: OutboxEntry): Settlement | null {
  const { waMessageId, threadId, payload } = entry.data;
  if (!isChange(payload)) dependencies.statuses.remember(waMessageId, threadId, 'queued', messageVersionOf(entry));
  const error = tooLate(dependencies, entry);
  return error && { kind: 'failed', error };
}

/** What may have left is not sent again if it is known to have arrived, or to have been refused, or if it is too late for it. */
async function fateOfUncertain(
  dependencies: AttemptDependencies,
  socket: WhatsAppSocket,
  { entry, refusedCode }: Waiting,
): Promise<Settlement | null> {
  const { statuses, logger } = dependencies;
  if (refusedCode !== null) return decideRefused(refusedCode);
  const { waMessageId, recipientJid } = entry.data;
  const known = await statuses.statusOf(waMessageId);
  entryRecovered(logger, entry.requestId, known);
  if (!known || !hasArrived(known)) {
    // WhatsApp would take it and nobody's app do it. An earlier attempt may have been in time.
    return tooLate(dependencies, entry) && { kind: 'failed', error: errorOf('unacknowledged') };
  }
  // With the answer that got lost, so did how many members of a group it went to; their receipts alone say nothing of all.
  const recipientCount = await socket.countMembers(recipientJid);
  return { kind: 'sent', at: null, ...(recipientCount !== null && { recipientCount }) };
}

/** Building fails by a bug only, and would fail each time: the entry must not come round for ever. */
function buildOrNull(socket: WhatsAppSocket, entry: OutboxEntry): Uint8Array | null {
  try {
    return socket.buildMessage(entry.data.payload, entry.data);
  } catch {
    return null;
  }
}

/** A send rejects by a bug only. Whether bytes left is not known then. */
function brokenSend(error: unknown): SendOutcome {
  return { kind: 'unacknowledged', detail: error instanceof Error ? error.message : String(error) };
}

/** Whether a message's status proves that WhatsApp has it. */
function hasArrived(status: MessageStatus): boolean {
  return status === 'sent' || canMessageMove('sent', status);
}

/** Once given back, this error is all that tells the next owner that nothing left. */
function markedUnsent(entry: OutboxEntry, error: ErrorInfo): OutboxEntry {
  return { ...entry, data: { ...entry.data, error } };
}

function settle(dependencies: AttemptDependencies, entry: OutboxEntry, settlement: Settlement): AttemptResult {
  const { statuses, logger } = dependencies;
  const { waMessageId } = entry.data;
  if (settlement.kind === 'again') {
    entryWaits(logger, entry.requestId, settlement.error.code, settlement.delayMs);
    // Staff see that it is under way and not answered yet. Only a courtesy: a later status overtakes it.
    if (!settlement.isCertain) statuses.raise({ waMessageId, status: 'sending' }).catch(() => undefined);
    const carried = settlement.isCertain ? markedUnsent(entry, settlement.error) : entry;
    return { kind: 'again', entry: carried, isCertain: settlement.isCertain, delayMs: settlement.delayMs };
  }
  const error = settlement.kind === 'failed' ? settlement.error : null;
  return { kind: 'settled', error, stored: store(dependencies, entry, settlement) };
}

/** Writes down what became of an entry. What waits behind it in its thread does not wait for this. */
async function store(dependencies: AttemptDependencies, entry: OutboxEntry, settlement: Settled): Promise<void> {
  const { clock, logger, isStopped, rates, onSent } = dependencies;
  const { waMessageId, attemptCount } = entry.data;
  const write = () => writeOutcome(dependencies, entry, settlement);
  const isStored = await untilStored(
    clock,
    isStopped,
    () => write().catch((error: unknown) => throwUnlessSettled(dependencies, entry, error)),
    (attempt, error) => {
      settleBroke(logger, entry.requestId, attempt, error);
    },
  );
  if (!isStored) return;
  rates?.count(settlement.kind);
  if (settlement.kind === 'failed') {
    entryFailed(logger, entry.requestId, settlement.error.code);
    return;
  }
  entrySent(logger, entry.requestId, waMessageId, attemptCount);
  onSent?.();
}

/** One commit: the entry, and the message it makes or changes. */
function writeOutcome({ db, statuses }: AttemptDependencies, entry: OutboxEntry, settlement: Settled): Promise<void> {
  const { waMessageId, payload } = entry.data;
  if (isChange(payload)) return settleChange(db, entry, payload, settlement);
  if (settlement.kind === 'sent') {
    const { at, recipientCount = null } = settlement;
    return statuses.raiseWith({ waMessageId, status: 'sent', serverAt: at, recipientCount }, (batch) => {
      settleSent(db, batch, entry, settlement.at);
    });
  }
  return statuses.raiseWith({ waMessageId, status: 'failed', error: settlement.error }, (batch) => {
    settleFailed(db, batch, entry, settlement.error);
  });
}

/** A lost race is no failure when the entry was settled: by this very write, whose answer got lost, or by the account's next owner. */
async function throwUnlessSettled({ db }: AttemptDependencies, entry: OutboxEntry, error: unknown): Promise<void> {
  if (!isLostRace(error) || isContended(error)) throw error;
  const stored = await readEntry(db, entry.requestId);
  // It was not the entry that changed but its message, which somebody may have deleted.
  if (stored?.version.isEqual(entry.version)) throw error;
}
