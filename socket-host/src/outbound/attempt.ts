/**
 * One attempt to send one entry: build once, claim with the built bytes, send, store the outcome.
 * Owns the order of these steps, which is what makes a crash at any point recoverable: the id and the bytes are in Firestore
 * before the first byte leaves, and an entry is settled only by what WhatsApp said of it.
 */
import { errorOf, type ErrorInfo } from '@switchboard/contract/failure';
import { canMessageMove, type MessageStatus } from '@switchboard/contract/message';
import type { Payload } from '@switchboard/contract/payload';
import type { Clock } from '../clock.ts';
import { untilStored } from '../retry.ts';
import { isContended, isLostRace, type Database } from '../store/firestore.ts';
import type { HeldLease } from '../store/leases.ts';
import type { MessageStatusWriter } from '../store/message-status.ts';
import { claimEntry, settleFailed, settleSent, type OutboxEntry } from '../store/outbox.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { SendOutcome, WhatsAppSocket } from '../whatsapp/types.ts';
import { decideRefused, decideSettlement, type Settlement } from './decide-settlement.ts';
import type { Waiting } from './lane.ts';
import { entryFailed, entryRecovered, entrySent, entryTaken, entryWaits, settleBroke } from './log-events.ts';

export interface AttemptDependencies {
  readonly db: Database;
  /** The lease each claim is conditional on. */
  readonly lease: HeldLease;
  /** Whether that lease certainly holds at this moment, by our own clock: asked right before bytes leave. */
  readonly isHeld: () => boolean;
  /** A claim was refused: somebody else has the entry, or the account. */
  readonly onRefused: () => void;
  readonly statuses: MessageStatusWriter;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether the account is no longer ours to write for. */
  readonly isStopped: () => boolean;
}

export type AttemptResult =
  /** Settled, or no longer ours; `error` when it was settled as failed. */
  | { readonly kind: 'done'; readonly error: ErrorInfo | null }
  | { readonly kind: 'again'; readonly entry: OutboxEntry; readonly isCertain: boolean; readonly delayMs: number };

const DONE: AttemptResult = { kind: 'done', error: null };

/** Makes one attempt. */
export async function attemptEntry(
  dependencies: AttemptDependencies,
  socket: WhatsAppSocket,
  { entry, isCertain, refusedCode }: Waiting,
): Promise<AttemptResult> {
  const { db, lease, isHeld, onRefused, statuses, clock, logger } = dependencies;
  const { waMessageId, threadId, recipientJid, payload } = entry.data;
  if (entry.data.attemptCount === 0) statuses.restart(waMessageId, threadId);
  if (isCertain) statuses.remember(waMessageId, threadId, 'queued');
  else {
    if (refusedCode !== null) return settle(dependencies, entry, decideRefused(refusedCode));
    const known = await statuses.statusOf(waMessageId);
    entryRecovered(logger, entry.requestId, known);
    if (known && hasArrived(known)) return settle(dependencies, entry, { kind: 'sent', at: null });
    await socket.refreshSessions(recipientJid);
  }
  const built = entry.built ?? buildOrNull(socket, payload);
  if (!built) return settle(dependencies, entry, { kind: 'failed', error: errorOf('not_built', payload.kind) });
  const claimed = await claimEntry(db, entry, { lease, built, nowMs: clock.nowMs() });
  if (!claimed) {
    entryTaken(logger, entry.requestId);
    onRefused();
    return DONE;
  }
  // The claim may have taken longer than the lease. It stays claimed, with its bytes, for the next owner.
  if (!isHeld()) return { kind: 'again', entry: claimed, isCertain, delayMs: 0 };
  const outcome = await socket.send(recipientJid, waMessageId, built).catch(brokenSend);
  return settle(dependencies, claimed, decideSettlement(outcome, claimed.data.attemptCount));
}

/** Building fails by a bug only, and would fail each time: the entry must not come round for ever. */
function buildOrNull(socket: WhatsAppSocket, payload: Payload): Uint8Array | null {
  try {
    return socket.buildMessage(payload);
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

async function settle(
  dependencies: AttemptDependencies,
  entry: OutboxEntry,
  settlement: Settlement,
): Promise<AttemptResult> {
  const { db, statuses, clock, logger, isStopped } = dependencies;
  const { waMessageId, attemptCount } = entry.data;
  if (settlement.kind === 'again') {
    entryWaits(logger, entry.requestId, settlement.error.code, settlement.delayMs);
    // Staff see that it is under way and not answered yet. Only a courtesy: a later status overtakes it.
    if (!settlement.isCertain) statuses.raise({ waMessageId, status: 'sending' }).catch(() => undefined);
    return { kind: 'again', entry, isCertain: settlement.isCertain, delayMs: settlement.delayMs };
  }
  const write =
    settlement.kind === 'sent'
      ? () =>
          statuses.raiseWith({ waMessageId, status: 'sent', serverAt: settlement.at }, (batch) => {
            settleSent(db, batch, entry, settlement.at);
          })
      : () =>
          statuses.raiseWith({ waMessageId, status: 'failed', error: settlement.error }, (batch) => {
            settleFailed(db, batch, entry, settlement.error);
          });
  await untilStored(
    clock,
    isStopped,
    () => write().catch(ignoreLostRace),
    (attempt, error) => {
      settleBroke(logger, entry.requestId, attempt, error);
    },
  );
  if (settlement.kind === 'sent') entrySent(logger, entry.requestId, waMessageId, attemptCount);
  else entryFailed(logger, entry.requestId, settlement.error.code);
  return { kind: 'done', error: settlement.kind === 'failed' ? settlement.error : null };
}

/** The entry was settled already: by this very write, whose answer got lost, or by the account's next owner. */
function ignoreLostRace(error: unknown): void {
  if (!isLostRace(error) || isContended(error)) throw error;
}
