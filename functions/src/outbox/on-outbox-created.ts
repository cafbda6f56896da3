/**
 * Routes a new outbox entry: reads what the client wrote, says no with a reason or gives it a thread, a message and a
 * WhatsApp id. What can pass by itself (Firestore or Auth out of reach) is thrown, so that the event is delivered again.
 */
import { errorOf, type ErrorInfo } from '@switchboard/contract/failure';
import { accountIdSchema, requestIdSchema, waMessageIdOf } from '@switchboard/contract/ids';
import { parseOutboxInput, type OutboxInput } from '@switchboard/contract/outbox';
import { canSeeTeam, type Claims } from '@switchboard/contract/user';
import { authorise } from '../access.ts';
import type { Country } from '../config.ts';
import { outboxAlreadySettled, outboxRejected, outboxRouted, type Log } from '../log-events.ts';
import type { EntryTransaction, OutboxStore, RoutingContext } from '../store/outbox.ts';
import type { StaffDirectory } from '../store/staff.ts';
import { parseRecipient, type ValidRecipient } from './recipient.ts';
import { routedWrites, type Target } from './routed-writes.ts';

export interface OutboxDeps {
  readonly outbox: OutboxStore;
  readonly staff: StaffDirectory;
  readonly defaultCountry: Country | null;
  readonly log: Log;
}

type Settled =
  | { readonly kind: 'routed'; readonly accountId: string; readonly waMessageId: string }
  | { readonly kind: 'rejected'; readonly error: ErrorInfo };

export async function onOutboxCreated(deps: OutboxDeps, requestId: string): Promise<void> {
  let outcome = await deps.outbox.settle(requestId, (entry) => settle(deps, entry, requestId));
  if (outcome === 'id-used') {
    const error = errorOf('invalid_request', 'a message was sent under this request id before', 'requestId');
    outcome = await deps.outbox.settle(requestId, (entry) => Promise.resolve(rejected(entry, error)));
  }
  if (typeof outcome === 'string') outboxAlreadySettled(deps.log, requestId);
  else if (outcome.kind === 'rejected') outboxRejected(deps.log, requestId, outcome.error);
  else outboxRouted(deps.log, requestId, outcome.accountId, outcome.waMessageId);
}

async function settle(deps: OutboxDeps, entry: EntryTransaction, requestId: string): Promise<Settled> {
  if (!requestIdSchema.safeParse(requestId).success) {
    return rejected(
      entry,
      errorOf('invalid_request', 'the id must be 1 to 128 letters, digits, "_" or "-"', 'requestId'),
    );
  }
  const parsed = parseOutboxInput(entry.document);
  if (!parsed.ok) return rejected(entry, parsed.error);
  const { input } = parsed;
  const recipient = parseRecipient(input, deps.defaultCountry);
  if (recipient.kind === 'invalid') return rejected(entry, recipient.error);

  const author = await authorise(deps.staff, input.createdBy, () => null);
  if (!author.ok) return rejected(entry, author.error);
  if (!accountIdSchema.safeParse(input.accountId).success) return rejected(entry, unknownAccount(input));

  const named = recipient.kind === 'thread' ? { threadId: recipient.threadId } : { jid: recipient.address.jid };
  const context = await entry.readContext(input.accountId, named);
  const checked = await checkTarget(deps, input, recipient, context);
  if (!checked.ok) return rejected(entry, checked.error);

  const waMessageId = waMessageIdOf(input.accountId, requestId);
  entry.route(input.accountId, routedWrites({ requestId, waMessageId, input }, checked.target));
  return { kind: 'routed', accountId: input.accountId, waMessageId };
}

type CheckedTarget = { readonly ok: true; readonly target: Target } | { readonly ok: false; readonly error: ErrorInfo };

/** Judges the entry by the documents it points at. */
async function checkTarget(
  deps: OutboxDeps,
  input: OutboxInput,
  recipient: ValidRecipient,
  context: RoutingContext,
): Promise<CheckedTarget> {
  const { account, threadId, thread } = context;
  const refuse = (error: ErrorInfo) => ({ ok: false, error }) as const;
  if (!account) return refuse(unknownAccount(input));
  const access = await authorise(deps.staff, input.createdBy, (claims) => refusalByTeam(claims, account.team));
  if (!access.ok) return access;
  if (account.status === 'deleted' || account.desired === 'deleted') {
    return refuse(errorOf('account_deleted', '', 'accountId'));
  }
  if (thread && thread.accountId !== input.accountId) {
    return refuse(errorOf('unknown_thread', `${threadId} is not of this account`, 'threadId'));
  }
  const { team } = account;
  if (recipient.kind === 'thread') {
    if (!thread) return refuse(errorOf('unknown_thread', threadId, 'threadId'));
    return { ok: true, target: { threadId, team, thread: { kind: 'known', current: thread }, newIdentityJid: null } };
  }
  const { address } = recipient;
  const newIdentityJid = context.isIdentityMissing ? address.jid : null;
  const goesTo = thread ? ({ kind: 'known', current: thread } as const) : ({ kind: 'new', address } as const);
  return { ok: true, target: { threadId, team, thread: goesTo, newIdentityJid } };
}

function refusalByTeam(claims: Claims, team: string): ErrorInfo | null {
  if (canSeeTeam(claims, team)) return null;
  return errorOf('permission_denied', `this account belongs to team "${team}"`, 'accountId');
}

function unknownAccount(input: OutboxInput): ErrorInfo {
  return errorOf('unknown_account', input.accountId, 'accountId');
}

function rejected(entry: EntryTransaction, error: ErrorInfo): Settled {
  entry.reject(error);
  return { kind: 'rejected', error };
}
