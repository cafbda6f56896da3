/** Sets how an account may send, and ends a hold by hand. For admins, and managers of its team. */
import {
  releaseHoldInputSchema,
  setAccountLimitsInputSchema,
  type ReleaseHoldOutput,
  type SetAccountLimitsOutput,
} from '@switchboard/contract/callables';
import { errorOf, Refusal } from '@switchboard/contract/failure';
import { admit, both, managementOnly, ofTeam, type Caller } from '../access.ts';
import { deedDone, type Log } from '../log-events.ts';
import type { Deed } from '../store/audit.ts';
import type { SettingsTransaction } from '../store/account-settings.ts';
import type { StaffDirectory } from '../store/staff.ts';
import { readInput } from './input.ts';

export interface SettingsDeps {
  readonly staff: StaffDirectory;
  change<T>(accountId: string, work: (settings: SettingsTransaction) => T | Promise<T>): Promise<T | 'unknown'>;
  readonly log: Log;
}

const management = managementOnly('change how an account sends');

async function settle<T>(
  deps: SettingsDeps,
  caller: Caller | null,
  accountId: string,
  decide: (settings: SettingsTransaction, by: string) => T,
): Promise<T> {
  const { uid } = await admit(deps.staff, caller, management);
  const outcome = await deps.change(accountId, async (settings) => {
    await admit(deps.staff, caller, both(management, ofTeam(settings.account.team, 'accountId')));
    return { answer: decide(settings, uid) };
  });
  if (outcome === 'unknown') throw new Refusal(errorOf('unknown_account', accountId, 'accountId'));
  return outcome.answer;
}

/** @throws Refusal with what is wrong, for whoever asked. */
export async function setAccountLimits(
  deps: SettingsDeps,
  caller: Caller | null,
  data: unknown,
): Promise<SetAccountLimitsOutput> {
  await admit(deps.staff, caller, management);
  const { accountId, limits: wanted } = readInput(setAccountLimitsInputSchema, data);
  const limits = await settle(deps, caller, accountId, ({ account, write }, by) => {
    const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
    const next = { ...account.limits, ...given };
    const { perMinute, newThreadsPerDay, quietHours, showsTyping } = next;
    const quiet = quietHours && `${quietHours.from} to ${quietHours.to} ${quietHours.timeZone}`;
    const details = { perMinute, newThreadsPerDay, showsTyping, quietHours: quiet };
    write({ limits: next }, { action: 'account.limits', by, accountId, target: accountId, details });
    deedDone(deps.log, 'account.limits', by, accountId);
    return next;
  });
  return { accountId, limits };
}

/** @throws Refusal with what is wrong, for whoever asked. */
export async function releaseHold(
  deps: SettingsDeps,
  caller: Caller | null,
  data: unknown,
): Promise<ReleaseHoldOutput> {
  await admit(deps.staff, caller, management);
  const { accountId } = readInput(releaseHoldInputSchema, data);
  const wasHeld = await settle(deps, caller, accountId, ({ account, write }, by) => {
    if (!account.hold) return false;
    const { code } = account.hold.error;
    const deed: Deed = { action: 'account.release_hold', by, accountId, target: accountId, details: { code } };
    write({ hold: null }, deed);
    deedDone(deps.log, 'account.release_hold', by, accountId);
    return true;
  });
  return { accountId, wasHeld };
}
