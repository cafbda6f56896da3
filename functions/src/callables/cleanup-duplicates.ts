/**
 * Finds customers who have more than one thread with an account. Changes nothing. Nobody merges threads: once two were made, they
 * stay; which one goes on is for people to decide.
 */
import { cleanupDuplicatesInputSchema, type CleanupDuplicatesOutput } from '@switchboard/contract/callables';
import { errorOf, Refusal } from '@switchboard/contract/failure';
import { maskPhone } from '@switchboard/contract/phone';
import { admit, both, managementOnly, ofTeam, type Caller } from '../access.ts';
import { deedDone, type Log } from '../log-events.ts';
import type { ThreadPhones } from '../store/thread-phones.ts';
import type { StaffDirectory } from '../store/staff.ts';
import { readInput } from './input.ts';

export interface DuplicatesDeps {
  readonly staff: StaffDirectory;
  /** `null` when there is no such account. */
  teamOf(accountId: string): Promise<string | null>;
  readPhones(accountId: string, by: string): Promise<ThreadPhones>;
  readonly log: Log;
}

const management = managementOnly('look for duplicates');

/** @throws Refusal with what is wrong, for whoever asked. */
export async function cleanupDuplicates(
  deps: DuplicatesDeps,
  caller: Caller | null,
  data: unknown,
): Promise<CleanupDuplicatesOutput> {
  const { uid } = await admit(deps.staff, caller, management);
  const { accountId } = readInput(cleanupDuplicatesInputSchema, data);
  const team = await deps.teamOf(accountId);
  if (team === null) throw new Refusal(errorOf('unknown_account', accountId, 'accountId'));
  await admit(deps.staff, caller, both(management, ofTeam(team, 'accountId')));
  const { phones, looked, isComplete } = await deps.readPhones(accountId, uid);
  const duplicates = [...phones]
    .filter(([, threadIds]) => threadIds.length > 1)
    .map(([phone, threadIds]) => ({ phone: maskPhone(phone), threadIds: [...threadIds] }));
  deedDone(deps.log, 'threads.cleanup', uid, accountId);
  return { accountId, looked, isComplete, duplicates };
}
