/** Routes an account request that was written as a document, or says on it why not. */
import { accountRequestInputSchema } from '@switchboard/contract/account';
import { errorOf, errorOfIssues, type ErrorInfo } from '@switchboard/contract/failure';
import { requestIdSchema } from '@switchboard/contract/ids';
import { accountRequestAlreadySettled, accountRequestRejected, accountRequestRouted, type Log } from '../log-events.ts';
import type { AccountRequestStore, RequestTransaction } from '../store/account-requests.ts';
import { settleRequest, type SettleDeps, type Settled } from './settle-request.ts';

export interface AccountRequestDeps extends SettleDeps {
  readonly requests: AccountRequestStore;
  readonly log: Log;
}

export async function onAccountRequestCreated(deps: AccountRequestDeps, requestId: string): Promise<void> {
  const outcome = await deps.requests.settle(requestId, async (request) => {
    const settled = await settle(deps, request, requestId);
    if (settled.kind === 'rejected') request.reject(settled.error, settled.accountId);
    return settled;
  });
  if (outcome === 'settled') accountRequestAlreadySettled(deps.log, requestId);
  else if (outcome.kind === 'rejected') accountRequestRejected(deps.log, requestId, outcome.error);
  else accountRequestRouted(deps.log, requestId, outcome.accountId, outcome.type);
}

async function settle(deps: AccountRequestDeps, request: RequestTransaction, requestId: string): Promise<Settled> {
  if (!requestIdSchema.safeParse(requestId).success) {
    return refused(errorOf('invalid_request', 'the id must be 1 to 128 letters, digits, "_" or "-"', 'requestId'));
  }
  const parsed = accountRequestInputSchema.safeParse(request.document);
  if (!parsed.success) return refused(errorOfIssues(parsed.error));
  return settleRequest(deps, request, requestId, parsed.data);
}

function refused(error: ErrorInfo): Settled {
  return { kind: 'rejected', error, accountId: null };
}
