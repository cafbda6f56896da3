/**
 * Moves a bulk send on as far as it goes now: settles who has an end, hands over who waits while there is room in the outbox,
 * and takes back what waits there once it is to be cancelled. Bears repetition and being killed at any point.
 */
import type { ErrorInfo } from '@switchboard/contract/failure';
import { bulkBroke, bulkEnded, bulkMoved, bulkStopped, sweepBroke, type Log } from '../log-events.ts';
import type { Step } from '../store/bulk-progress.ts';
import type { EntryChange } from '../store/entries.ts';

export interface BulkDeps {
  step(bulkId: string): Promise<Step | 'void'>;
  change<T>(requestId: string, work: (change: EntryChange) => T): Promise<T | 'gone'>;
  readonly log: Log;
}

/** Steps of one run: each hands over 120 at most (`bulk-progress.ts`); what is left is the next run's. */
const MAX_STEPS = 20;

export async function runBulk(deps: BulkDeps, bulkId: string): Promise<void> {
  for (let steps = 0; steps < MAX_STEPS; steps += 1) {
    const step = await deps.step(bulkId);
    if (step === 'void') return;
    logStep(deps.log, bulkId, step);
    const { bulk, progress, openRequestIds } = step;
    const isCancelling = progress.state === 'cancelling';
    if (progress.state !== bulk.state && !isCancelling) return;
    const takenBack = isCancelling ? await takeBack(deps, openRequestIds, progress.error) : 0;
    if (progress.changes.length === 0 && takenBack === 0) return;
  }
}

function logStep(log: Log, bulkId: string, { bulk, progress: { changes, state, error } }: Step): void {
  const handedOver = changes.filter(({ entry }) => entry !== null).length;
  bulkMoved(log, bulkId, handedOver, changes.length - handedOver);
  if (error && error !== bulk.error) bulkStopped(log, bulkId, state, error);
  else if (state !== bulk.state) bulkEnded(log, bulkId, state);
}

/** What a host has begun goes to its end. @returns how many entries were cancelled, each with why the bulk send was. */
async function takeBack(deps: BulkDeps, requestIds: readonly string[], why: ErrorInfo | null): Promise<number> {
  let count = 0;
  for (const requestId of requestIds) {
    // One entry that cannot be taken back must not let the others go.
    const outcome = await deps
      .change(requestId, (entry) => cancelWaiting(entry, why))
      .catch((error: unknown) => {
        sweepBroke(deps.log, 'bulk entries', requestId, error);
      });
    if (outcome === true) count += 1;
  }
  return count;
}

function cancelWaiting({ entry: { status }, end }: EntryChange, why: ErrorInfo | null): boolean {
  const isWaiting = status === 'queued' || status === 'scheduled' || status === 'routed';
  if (isWaiting) end('cancelled', why);
  return isWaiting;
}

/** Moves all of them on; one that breaks does not stop the others, and is tried again at the next run. */
export async function runBulkSends(deps: BulkDeps & { activeIds(): Promise<readonly string[]> }): Promise<void> {
  for (const bulkId of await deps.activeIds()) {
    await runBulk(deps, bulkId).catch((error: unknown) => {
      bulkBroke(deps.log, bulkId, error);
    });
  }
}
