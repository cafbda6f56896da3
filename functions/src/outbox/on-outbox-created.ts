/**
 * Routes a new outbox entry: reads what the client wrote, says no with a reason or gives it a thread, a message and a
 * WhatsApp id. What can pass by itself (Firestore or Auth out of reach) is thrown, so that the event is delivered again.
 */
import { errorOf, type ErrorInfo } from '@switchboard/contract/failure';
import { accountIdSchema, isBulkRequestId, requestIdSchema, waMessageIdOf } from '@switchboard/contract/ids';
import { parseOutboxInput, type OutboxInput } from '@switchboard/contract/outbox';
import { countryOfPhone } from '@switchboard/contract/phone';
import { anyStaff, authorise, ofTeam } from '../access.ts';
import type { Country } from '../config.ts';
import { outboxAlreadySettled, outboxRejected, outboxRouted, type Log } from '../log-events.ts';
import type { AccountPart, EntryTransaction, FoundThread, OutboxStore, SeenEntry } from '../store/outbox.ts';
import type { StaffDirectory } from '../store/staff.ts';
import { isOptOutInTheWay, keyToSeek, type KnownCustomer } from './opted-out.ts';
import type { Quotas } from './quotas.ts';
import { parseRecipient, type ValidRecipient } from './recipient.ts';
import { checkSubject, type Checked } from './subject.ts';
import { routedWrites, type Destination } from './routed-writes.ts';
import { decideTiming } from './timing.ts';

export interface OutboxDeps {
  readonly outbox: OutboxStore;
  readonly staff: StaffDirectory;
  readonly quotas: Quotas;
  /** How local numbers are read where the account's own number does not tell. */
  readonly defaultCountry: Country | null;
  readonly nowMs: () => number;
  readonly log: Log;
}

type Settled =
  | { readonly kind: 'routed'; readonly accountId: string; readonly waMessageId: string; readonly by: string }
  | { readonly kind: 'rejected'; readonly error: ErrorInfo };

/** @param seen the entry as the event showed it, where that is known. */
export async function onOutboxCreated(
  deps: OutboxDeps,
  requestId: string,
  seen: SeenEntry | null = null,
): Promise<void> {
  let outcome = await deps.outbox.settle(requestId, (entry) => settle(deps, entry, requestId), seen);
  if (outcome === 'id-used') {
    const error = errorOf('invalid_request', 'a message was sent under this request id before', 'requestId');
    outcome = await deps.outbox.settle(requestId, (entry) => Promise.resolve(rejected(entry, error)));
  }
  if (typeof outcome === 'string') outboxAlreadySettled(deps.log, requestId);
  else if (outcome.kind === 'rejected') outboxRejected(deps.log, requestId, outcome.error);
  else {
    deps.quotas.note(outcome.by, outcome.accountId);
    outboxRouted(deps.log, requestId, outcome.accountId, outcome.waMessageId);
  }
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
  const timing = decideTiming(input, deps.nowMs());
  if (timing.kind === 'refused') return rejected(entry, timing.error);
  const account = await checkAccount(deps, entry, input);
  if (!account.ok) return rejected(entry, account.error);
  const isBulk = isBulkRequestId(requestId);
  const destination = await checkDestination(deps, entry, { input, account: account.value, isBulk });
  if (!destination.ok) return rejected(entry, destination.error);
  // What a bulk send hands over is bounded where it is handed over.
  const excess = isBulk ? null : await deps.quotas.refusalOf(input.createdBy, input.accountId);
  if (excess) return rejected(entry, excess);

  const { accountId, createdBy } = input;
  const waMessageId = waMessageIdOf(accountId, requestId);
  entry.route(accountId, routedWrites({ requestId, waMessageId, input, sendAt: timing.sendAt }, destination.value));
  return { kind: 'routed', accountId, waMessageId, by: createdBy };
}

/** The account, if the author may write for it. */
async function checkAccount(
  deps: OutboxDeps,
  entry: EntryTransaction,
  { createdBy, accountId }: OutboxInput,
): Promise<Checked<AccountPart>> {
  const author = await authorise(deps.staff, createdBy, anyStaff);
  if (!author.ok) return author;
  const account = accountIdSchema.safeParse(accountId).success ? await entry.readAccount(accountId) : null;
  if (!account) return refuse(errorOf('unknown_account', accountId, 'accountId'));
  const access = await authorise(deps.staff, createdBy, ofTeam(account.team, 'accountId'));
  if (!access.ok) return access;
  if (account.status === 'deleted' || account.desired === 'deleted') {
    return refuse(errorOf('account_deleted', '', 'accountId'));
  }
  return { ok: true, value: account };
}

interface Asked {
  readonly input: OutboxInput;
  readonly account: AccountPart;
  readonly isBulk: boolean;
}

/** The thread the entry goes to, if it may go there. */
async function checkDestination(
  deps: OutboxDeps,
  entry: EntryTransaction,
  asked: Asked,
): Promise<Checked<Destination>> {
  const { input, account } = asked;
  const { accountId } = input;
  const recipient = parseRecipient(input, countryOfPhone(account.phoneE164) ?? deps.defaultCountry);
  if (recipient.kind === 'invalid') return refuse(recipient.error);
  const named = recipient.kind === 'thread' ? { threadId: recipient.threadId } : { jid: recipient.address.jid };
  const found = await entry.findThread(accountId, named);
  const { threadId, thread } = found;
  if (recipient.kind === 'thread' && !thread) return refuse(errorOf('unknown_thread', threadId, 'threadId'));
  if (thread && thread.accountId !== accountId) {
    return refuse(errorOf('unknown_thread', `${threadId} is not of this account`, 'threadId'));
  }
  const subject = await checkSubject(entry, input.payload, found, deps.nowMs());
  if (!subject.ok) return subject;
  const optedOutAt = await optedOutSince(entry, asked, recipient, found);
  if (isOptOutInTheWay({ optedOutAt, lastInboundAt: thread?.lastInboundAt ?? null, isBulk: asked.isBulk })) {
    return refuse(errorOf('opted_out', '', recipientFieldOf(input)));
  }
  return { ok: true, value: { ...destinationOf(account.team, recipient, found), about: subject.value } };
}

function destinationOf(
  team: string,
  recipient: ValidRecipient,
  { threadId, thread, isIdentityMissing }: FoundThread,
): Omit<Destination, 'about'> {
  if (recipient.kind === 'address') {
    const { address } = recipient;
    const goesTo = thread ? ({ kind: 'known', current: thread } as const) : ({ kind: 'new', address } as const);
    return { threadId, team, thread: goesTo, newIdentityJid: isIdentityMissing ? address.jid : null };
  }
  // Whoever named a thread that does not exist was refused before.
  if (!thread) throw new Error('a thread that was named and found is there');
  return { threadId, team, thread: { kind: 'known', current: thread }, newIdentityJid: null };
}

/**
 * A thread carries the wish, or that there is none, so that an answer costs no read. The list itself is read where a thread cannot
 * tell: there is none yet, or nobody has looked since it began or its customer's number became known. And for a bulk send.
 */
async function optedOutSince(
  entry: EntryTransaction,
  { input, isBulk }: Asked,
  recipient: ValidRecipient,
  found: FoundThread,
): Promise<OutboxInput['createdAt'] | null> {
  // To take back what one said is no message to anybody.
  if (input.payload.kind === 'delete') return null;
  const known = customerOf(recipient, found);
  if (!known) return null;
  const key = keyToSeek(known, isBulk);
  return key === null ? (known.optedOutAt ?? null) : entry.readOptOut(input.accountId, key, found);
}

/** What is known of whom the entry goes to. An entry may name a number that its thread does not show. */
function customerOf(recipient: ValidRecipient, { thread }: FoundThread): KnownCustomer | null {
  if (recipient.kind === 'thread') return thread;
  const { phoneE164, jid } = recipient.address;
  return thread ? { ...thread, phoneE164: thread.phoneE164 ?? phoneE164 } : { phoneE164, clientJid: jid };
}

function recipientFieldOf(input: OutboxInput): string {
  if (input.threadId !== undefined) return 'threadId';
  return input.toPhone === undefined ? 'toJid' : 'toPhone';
}

function refuse(error: ErrorInfo): { readonly ok: false; readonly error: ErrorInfo } {
  return { ok: false, error };
}

function rejected(entry: EntryTransaction, error: ErrorInfo): Settled {
  entry.reject(error);
  return { kind: 'rejected', error };
}
