/** What a bulk send does next, given how far its recipients are. Pure. */
import {
  NO_COUNTS,
  renderTemplate,
  type BulkCounts,
  type BulkRecipient,
  type BulkSend,
  type BulkState,
  type RecipientState,
} from '@switchboard/contract/bulk';
import { errorOf, type ErrorInfo } from '@switchboard/contract/failure';
import type { OutboxStatus } from '@switchboard/contract/outbox';

export interface HandedOver {
  readonly recipientId: string;
  /** `null` when the outbox has forgotten the entry: it was settled long ago. */
  readonly status: OutboxStatus | null;
  readonly error: ErrorInfo | null;
}

export interface Waiting {
  readonly recipientId: string;
  readonly recipient: Pick<BulkRecipient, 'phoneE164' | 'variables'>;
  readonly isOptedOut: boolean;
}

export interface Change {
  readonly recipientId: string;
  readonly state: RecipientState;
  readonly error: ErrorInfo | null;
  /** The outbox entry that is made with it. */
  readonly entry: { readonly toPhone: string; readonly text: string } | null;
}

export interface Progress {
  readonly changes: readonly Change[];
  readonly counts: BulkCounts;
  readonly state: BulkState;
  /** What the bulk send says of why it is paused or cancelled. */
  readonly error: ErrorInfo | null;
}

/** Without a limit of its own an account sends 30 a minute; twice that keeps its host busy until the next look. */
const USUAL_WINDOW = 60;
const MAX_WINDOW = 400;

/** How many of a bulk send's recipients may be in the outbox at once. */
export function windowOf(perMinute: number | null): number {
  if (perMinute === null) return USUAL_WINDOW;
  return perMinute === 0 ? MAX_WINDOW : Math.min(Math.max(2 * perMinute, 10), MAX_WINDOW);
}

/** @param obstacle why it must not go on. */
export function decideProgress(
  bulk: Pick<BulkSend, 'state' | 'counts' | 'template' | 'error'>,
  handedOver: readonly HandedOver[],
  waiting: readonly Waiting[],
  obstacle: ErrorInfo | null = null,
): Progress {
  const allowed = obstacle ? stateStoppedBy(bulk.state, obstacle) : bulk.state;
  const changes = [
    ...handedOver.flatMap(changeOfEnd),
    ...(allowed === 'running' ? waiting.map((one) => changeOfWaiting(bulk.template, one)) : []),
  ];
  const counts = { ...bulk.counts };
  const isHandedOver = new Set(handedOver.map(({ recipientId }) => recipientId));
  for (const { recipientId, state } of changes) {
    counts[isHandedOver.has(recipientId) ? 'handed_over' : 'waiting'] -= 1;
    counts[state] += 1;
  }
  return { changes, counts, state: stateAfter(allowed, counts), error: allowed === bulk.state ? bulk.error : obstacle };
}

/**
 * What was deleted is over, as it is for what waits in the outbox: a phone that is added again months later must not take up an old
 * list. Anything else a person can put right, and resume.
 */
function stateStoppedBy(state: BulkState, { code }: ErrorInfo): BulkState {
  if (code === 'account_deleted') return state === 'running' || state === 'paused' ? 'cancelling' : state;
  return state === 'running' ? 'paused' : state;
}

function stateAfter(state: BulkState, counts: BulkCounts): BulkState {
  if (counts.handed_over > 0) return state;
  if (state === 'cancelling') return 'cancelled';
  return state === 'running' && counts.waiting === 0 ? 'done' : state;
}

function changeOfEnd({ recipientId, status, error }: HandedOver): Change[] {
  const end = (state: RecipientState, why: ErrorInfo | null): Change[] => [
    { recipientId, state, error: why, entry: null },
  ];
  switch (status) {
    case 'queued':
    case 'scheduled':
    case 'routed':
    case 'processing':
      return [];
    case 'sent':
      return end('sent', null);
    case 'cancelled':
      return end(unlessOptedOut('cancelled', error), error);
    case 'rejected':
    case 'failed':
      return end(unlessOptedOut('failed', error), error);
    case null:
      return end('failed', errorOf('internal'));
  }
}

function unlessOptedOut(state: RecipientState, error: ErrorInfo | null): RecipientState {
  return error?.code === 'opted_out' ? 'skipped' : state;
}

function changeOfWaiting(template: string, { recipientId, recipient, isOptedOut }: Waiting): Change {
  if (isOptedOut) return { recipientId, state: 'skipped', error: errorOf('opted_out', '', 'phone'), entry: null };
  const rendered = renderTemplate(template, recipient.variables);
  if (!rendered.ok) {
    const error = errorOf('invalid_request', `variables: ${rendered.problem}`, 'variables');
    return { recipientId, state: 'failed', error, entry: null };
  }
  const entry = { toPhone: recipient.phoneE164, text: rendered.text };
  return { recipientId, state: 'handed_over', error: null, entry };
}

/** What a bulk send counts when it starts. */
export function countsAtStart(recipients: number): BulkCounts {
  return { ...NO_COUNTS, waiting: recipients };
}
