/** Makes and steers bulk sends. For admins, and managers of the account's team. */
import { bulkStateAfter, isBulkActionDone, MAX_BULK_RECIPIENTS, type BulkSend } from '@switchboard/contract/bulk';
import {
  addBulkRecipientsInputSchema,
  controlBulkSendInputSchema,
  createBulkSendInputSchema,
  type AddBulkRecipientsOutput,
  type ControlBulkSendOutput,
  type CreateBulkSendOutput,
} from '@switchboard/contract/callables';
import { errorOf, Refusal, type ErrorInfo } from '@switchboard/contract/failure';
import { admit, both, ofTeam, type Caller } from '../access.ts';
import { countsAtStart } from '../bulk/decide-progress.ts';
import { management, managementOf } from '../bulk/may-send.ts';
import { readRecipients } from '../bulk/read-recipients.ts';
import { deedDone, type Log } from '../log-events.ts';
import type { Deed } from '../store/audit.ts';
import type { BulkAccount, BulkTransaction } from '../store/bulk-sends.ts';
import type { StaffDirectory } from '../store/staff.ts';
import { readInput } from './input.ts';

export interface BulkCallDeps {
  readonly staff: StaffDirectory;
  readAccount(accountId: string): Promise<BulkAccount | null>;
  create(
    bulkId: string,
    fields: Pick<BulkSend, 'accountId' | 'team' | 'name' | 'template' | 'createdBy'>,
    deed: Deed,
  ): Promise<BulkSend | null>;
  change<T>(bulkId: string, work: (bulk: BulkTransaction) => Promise<T>): Promise<T | 'unknown'>;
  readOptedOut(accountId: string, phones: readonly string[]): Promise<ReadonlySet<string>>;
  /** Moves a bulk send on at once; otherwise the schedule does, within a minute. */
  run(bulkId: string): Promise<void>;
  readonly log: Log;
}

const SAMPLES = 3;
const MAX_BYTES = 4_000_000;

async function accountFor(deps: BulkCallDeps, caller: Caller | null, accountId: string): Promise<BulkAccount> {
  const account = await deps.readAccount(accountId);
  if (!account) throw new Refusal(errorOf('unknown_account', accountId, 'accountId'));
  await admit(deps.staff, caller, managementOf(account));
  if (account.isDeleted) throw new Refusal(errorOf('account_deleted', '', 'accountId'));
  return account;
}

/** @throws Refusal with what is wrong, for whoever asked. */
export async function createBulkSend(
  deps: BulkCallDeps,
  caller: Caller | null,
  data: unknown,
): Promise<CreateBulkSendOutput> {
  const { uid } = await admit(deps.staff, caller, management);
  const { bulkId, accountId, name, template } = readInput(createBulkSendInputSchema, data);
  const { team } = await accountFor(deps, caller, accountId);
  const fields = { accountId, team, name, template, createdBy: uid };
  const deed: Deed = { action: 'bulk.create', by: uid, accountId, target: bulkId, details: {} };
  const known = await deps.create(bulkId, fields, deed);
  if (known && !isSame(known, fields)) {
    throw new Refusal(errorOf('invalid_request', 'bulkId: it was used for another bulk send', 'bulkId'));
  }
  if (!known) deedDone(deps.log, 'bulk.create', uid, bulkId);
  return { bulkId };
}

function isSame(known: BulkSend, asked: Pick<BulkSend, 'accountId' | 'name' | 'template' | 'createdBy'>): boolean {
  return (['accountId', 'name', 'template', 'createdBy'] as const).every((field) => known[field] === asked[field]);
}

/** @throws Refusal with what is wrong, for whoever asked. Recipients that are wrong are no refusal: they are named. */
export async function addBulkRecipients(
  deps: BulkCallDeps,
  caller: Caller | null,
  data: unknown,
): Promise<AddBulkRecipientsOutput> {
  const { uid: by } = await admit(deps.staff, caller, management);
  const { bulkId, startAt, recipients, isDryRun } = readInput(addBulkRecipientsInputSchema, data);
  if (JSON.stringify(recipients).length > MAX_BYTES) throw new Refusal(tooMuchText());
  if (startAt + recipients.length > MAX_BULK_RECIPIENTS) throw new Refusal(tooLong());
  const answer = await changeKnown(deps, caller, bulkId, async ({ bulk, addRecipients, audit }) => {
    if (bulk.state !== 'draft') throw new Refusal(errorOf('too_late', `bulkId: it is ${bulk.state}`, 'bulkId'));
    const { accountId, template } = bulk;
    const { phoneE164: own } = await accountFor(deps, caller, accountId);
    const { accepted, refused, texts } = readRecipients(template, own, startAt, recipients);
    const phones = [...new Set(accepted.map(({ phoneE164 }) => phoneE164))];
    const optedOut = await deps.readOptedOut(accountId, phones);
    if (!isDryRun && accepted.length > 0) {
      addRecipients(accepted);
      const details = { startAt, accepted: accepted.length, refused: refused.length };
      audit({ action: 'bulk.recipients', by, accountId, target: bulkId, details });
    }
    const samples = texts.slice(0, SAMPLES);
    return { bulkId, accepted: accepted.length, refused: [...refused], optedOut: optedOut.size, samples };
  });
  if (!isDryRun) deedDone(deps.log, 'bulk.recipients', by, bulkId);
  return answer;
}

/** @throws Refusal with what is wrong, for whoever asked. */
export async function controlBulkSend(
  deps: BulkCallDeps,
  caller: Caller | null,
  data: unknown,
): Promise<ControlBulkSendOutput> {
  const { uid: by } = await admit(deps.staff, caller, management);
  const { bulkId, action } = readInput(controlBulkSendInputSchema, data);
  await changeKnown(deps, caller, bulkId, async ({ bulk, countRecipients, setState, audit }) => {
    if (isBulkActionDone(bulk.state, action)) return;
    const state = bulkStateAfter(bulk.state, action);
    if (!state) throw new Refusal(errorOf('too_late', `action: the bulk send is ${bulk.state}`, 'action'));
    const counts = bulk.state === 'draft' ? countsAtStart(await countRecipients()) : bulk.counts;
    if (action === 'start') {
      const problem = whyNotStart(counts.waiting);
      if (problem) throw new Refusal(problem);
    }
    if (state === 'running') await accountFor(deps, caller, bulk.accountId);
    setState(state, counts, by);
    audit({ action: `bulk.${action}`, by, accountId: bulk.accountId, target: bulkId, details: { from: bulk.state } });
  });
  deedDone(deps.log, `bulk.${action}`, by, bulkId);
  await deps.run(bulkId);
  const { state, counts, error } = await changeKnown(deps, caller, bulkId, ({ bulk }) => Promise.resolve(bulk));
  return { bulkId, state, counts, error };
}

function whyNotStart(recipients: number): ErrorInfo | null {
  if (recipients === 0) return errorOf('invalid_request', 'recipients: there are none', 'recipients');
  return recipients > MAX_BULK_RECIPIENTS ? tooLong() : null;
}

function tooLong(): ErrorInfo {
  return errorOf('invalid_request', 'recipients: the list is too long, at most 10,000 recipients in all', 'recipients');
}

function tooMuchText(): ErrorInfo {
  const detail = 'recipients: too much text for one call; send fewer recipients at a time';
  return errorOf('invalid_request', detail, 'recipients');
}

async function changeKnown<T>(
  deps: BulkCallDeps,
  caller: Caller | null,
  bulkId: string,
  work: (bulk: BulkTransaction) => Promise<T>,
): Promise<T> {
  const outcome = await deps.change(bulkId, async (bulk) => {
    await admit(deps.staff, caller, both(management, ofTeam(bulk.bulk.team, 'bulkId', 'this bulk send')));
    return { answer: await work(bulk) };
  });
  if (outcome === 'unknown') throw new Refusal(errorOf('unknown_bulk_send', bulkId, 'bulkId'));
  return outcome.answer;
}
