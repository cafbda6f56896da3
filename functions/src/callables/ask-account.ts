/**
 * The callables that ask something of an account. Each makes the account request a client could have written itself and routes
 * it in the same commit, by the same code; the caller gets the refusal at once instead of on a document.
 */
import type { AccountRequestType } from '@switchboard/contract/account';
import { addAccountInputSchema, changeAccountInputSchema, type AccountOutput } from '@switchboard/contract/callables';
import { errorOf, Refusal, type ErrorInfo } from '@switchboard/contract/failure';
import { randomUUID } from 'node:crypto';
import { admit, managementOnly, type Caller } from '../access.ts';
import type { AccountRequestDeps } from '../accounts/on-account-request-created.ts';
import { settleRequest } from '../accounts/settle-request.ts';
import { accountRequestRejected, accountRequestRouted } from '../log-events.ts';
import type { KnownRequest, NewRequest } from '../store/account-requests.ts';
import { readInput } from './input.ts';

/** @throws Refusal with what is wrong, for whoever asked. */
export async function addAccount(
  deps: AccountRequestDeps,
  caller: Caller | null,
  data: unknown,
): Promise<AccountOutput> {
  const { uid } = await admit(deps.staff, caller, managementOnly('change accounts'));
  const { requestId = randomUUID(), phone, name, team } = readInput(addAccountInputSchema, data);
  const asked: NewRequest = { type: 'add', phone, name, ...(team === undefined ? {} : { team }), createdBy: uid };
  return ask(deps, requestId, asked);
}

/** @throws Refusal with what is wrong, for whoever asked. */
export async function changeAccount(
  deps: AccountRequestDeps,
  type: Exclude<AccountRequestType, 'add'>,
  caller: Caller | null,
  data: unknown,
): Promise<AccountOutput> {
  const { uid } = await admit(deps.staff, caller, managementOnly('change accounts'));
  const { requestId = randomUUID(), accountId } = readInput(changeAccountInputSchema, data);
  return ask(deps, requestId, { type, accountId, createdBy: uid });
}

async function ask(deps: AccountRequestDeps, requestId: string, asked: NewRequest): Promise<AccountOutput> {
  const outcome = await deps.requests.open(requestId, asked, (request, input) =>
    settleRequest(deps, request, requestId, input),
  );
  if ('status' in outcome) return answerAgain(requestId, asked, outcome);
  if (outcome.kind === 'rejected') {
    accountRequestRejected(deps.log, requestId, outcome.error);
    throw new Refusal(withoutAuthor(outcome.error));
  }
  accountRequestRouted(deps.log, requestId, outcome.accountId, outcome.type);
  return { requestId, accountId: outcome.accountId };
}

/** The caller asked before under this id, and hears what they heard then. */
function answerAgain(requestId: string, asked: NewRequest, known: KnownRequest): AccountOutput {
  const isSame = known.createdBy === asked.createdBy && known.type === asked.type;
  if (!isSame) throw new Refusal(errorOf('invalid_request', 'requestId: it was used for another request', 'requestId'));
  const { error, accountId } = known;
  if (error || !accountId) throw new Refusal(error ?? errorOf('internal'));
  return { requestId, accountId };
}

/** A caller names no author. */
function withoutAuthor(error: ErrorInfo): ErrorInfo {
  return error.field === 'createdBy' ? { ...error, field: null } : error;
}
