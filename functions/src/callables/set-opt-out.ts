/**
 * Records that a customer wants no more messages, or that they do again. Any staff of the team may record the wish, as the
 * customer tells it to whoever they write with; to lift it is for admins and managers.
 */
import { setOptOutInputSchema, type SetOptOutOutput } from '@switchboard/contract/callables';
import { errorOf, Refusal, type ErrorInfo } from '@switchboard/contract/failure';
import { countryOfPhone, parsePhone } from '@switchboard/contract/phone';
import type * as z from 'zod/mini';
import { admit, anyStaff, both, managementOnly, ofTeam, type Caller } from '../access.ts';
import { deedDone, type Log } from '../log-events.ts';
import { phoneErrorOf } from '../phone-error.ts';
import type { Customer, OptOutTransaction } from '../store/opt-outs.ts';
import type { StaffDirectory } from '../store/staff.ts';
import { readInput } from './input.ts';

export interface OptOutDeps {
  readonly staff: StaffDirectory;
  change<T>(accountId: string, work: (optOut: OptOutTransaction) => Promise<T>): Promise<T | 'unknown'>;
  readonly log: Log;
}

/** @throws Refusal with what is wrong, for whoever asked. */
export async function setOptOut(deps: OptOutDeps, caller: Caller | null, data: unknown): Promise<SetOptOutOutput> {
  const { uid: by } = await admit(deps.staff, caller, anyStaff);
  const input = readInput(setOptOutInputSchema, data);
  const { accountId, isOptedOut, reason = null } = input;
  const byRole = isOptedOut ? anyStaff : managementOnly('lift an opt-out');
  await admit(deps.staff, caller, byRole);
  const action = isOptedOut ? 'opt_out.set' : 'opt_out.lift';
  const outcome = await deps.change(accountId, async (optOut) => {
    await admit(deps.staff, caller, both(byRole, ofTeam(optOut.account.team, 'accountId')));
    const customer = await findCustomer(optOut, input);
    if ('code' in customer) throw new Refusal(customer);
    const deed = { action, by, accountId, target: customer.threadId, details: {} } as const;
    optOut.write(customer, { isOptedOut, reason }, deed);
    return 'written';
  });
  if (outcome === 'unknown') throw new Refusal(errorOf('unknown_account', accountId, 'accountId'));
  deedDone(deps.log, action, by, accountId);
  return { accountId, isOptedOut };
}

async function findCustomer(
  optOut: OptOutTransaction,
  { phone = '', threadId }: z.infer<typeof setOptOutInputSchema>,
): Promise<Customer | ErrorInfo> {
  if (threadId !== undefined) {
    return (await optOut.findByThread(threadId)) ?? errorOf('unknown_thread', threadId, 'threadId');
  }
  const phoneE164 = parsePhone(phone, countryOfPhone(optOut.account.phoneE164) ?? undefined);
  return phoneE164 === null ? phoneErrorOf(phone, 'phone') : optOut.findByPhone(phoneE164);
}
