/**
 * Routes a new account request: creates the account of a phone not seen before, or writes on the account what is wanted
 * of it. One phone is one account, because the phone makes the id; the host that owns the account does the rest.
 */
import { accountRequestInputSchema, type AccountRequestInput } from '@switchboard/contract/account';
import { errorOf, errorOfIssues, type ErrorInfo } from '@switchboard/contract/failure';
import { accountIdOf, accountIdSchema, requestIdSchema } from '@switchboard/contract/ids';
import { newAccount } from '@switchboard/contract/new-account';
import { parsePhone } from '@switchboard/contract/phone';
import { canSeeTeam, DEFAULT_TEAM, type Claims } from '@switchboard/contract/user';
import { authorise } from '../access.ts';
import type { Country } from '../config.ts';
import { accountRequestAlreadySettled, accountRequestRejected, accountRequestRouted, type Log } from '../log-events.ts';
import { phoneErrorOf } from '../phone-error.ts';
import type { AccountRequestStore, RequestTransaction } from '../store/account-requests.ts';
import type { StaffDirectory } from '../store/staff.ts';
import { decideAdd, decideChange, type Decision } from './decide-request.ts';

export interface AccountRequestDeps {
  readonly requests: AccountRequestStore;
  readonly staff: StaffDirectory;
  readonly environment: string;
  readonly defaultCountry: Country | null;
  readonly log: Log;
}

type Settled =
  | { readonly kind: 'routed'; readonly accountId: string; readonly type: string }
  | { readonly kind: 'rejected'; readonly error: ErrorInfo };

export async function onAccountRequestCreated(deps: AccountRequestDeps, requestId: string): Promise<void> {
  const outcome = await deps.requests.settle(requestId, (request) => settle(deps, request, requestId));
  if (outcome === 'settled') accountRequestAlreadySettled(deps.log, requestId);
  else if (outcome.kind === 'rejected') accountRequestRejected(deps.log, requestId, outcome.error);
  else accountRequestRouted(deps.log, requestId, outcome.accountId, outcome.type);
}

async function settle(deps: AccountRequestDeps, request: RequestTransaction, requestId: string): Promise<Settled> {
  if (!requestIdSchema.safeParse(requestId).success) {
    return rejected(
      request,
      errorOf('invalid_request', 'the id must be 1 to 128 letters, digits, "_" or "-"', 'requestId'),
    );
  }
  const parsed = accountRequestInputSchema.safeParse(request.document);
  if (!parsed.success) return rejected(request, errorOfIssues(parsed.error));
  const author = await authorise(deps.staff, parsed.data.createdBy, refusalByRole);
  if (!author.ok) return rejected(request, author.error);
  const asked: Asked = { deps, request, requestId, input: parsed.data };
  return parsed.data.type === 'add' ? settleAdd(asked, author.claims) : settleChange(asked, parsed.data.type);
}

interface Asked {
  readonly deps: AccountRequestDeps;
  readonly request: RequestTransaction;
  readonly requestId: string;
  readonly input: AccountRequestInput;
}

async function settleAdd(asked: Asked, claims: Claims): Promise<Settled> {
  const { deps, request, requestId, input } = asked;
  const phone = input.phone ?? '';
  const phoneE164 = parsePhone(phone, deps.defaultCountry ?? undefined);
  if (phoneE164 === null) return rejected(request, phoneErrorOf(phone, 'phone'));
  const accountId = accountIdOf(deps.environment, phoneE164);
  const account = await request.readAccount(accountId);

  // An account keeps its team: its threads carry it too. Only a new account takes the team asked for.
  const team = account?.team ?? input.team ?? homeTeamOf(claims);
  const access = await authorise(deps.staff, input.createdBy, (now) => refusalByTeam(now, team, 'team'));
  if (!access.ok) return rejected(request, access.error);

  if (account) return apply(asked, accountId, decideAdd(requestId, input.name ?? account.name, account));
  const { name = phoneE164, createdBy } = input;
  const pendingRequest = { id: requestId, type: 'add' } as const;
  request.create(accountId, newAccount({ name, phoneE164, team, createdBy, pendingRequest }));
  return { kind: 'routed', accountId, type: input.type };
}

async function settleChange(asked: Asked, type: Exclude<AccountRequestInput['type'], 'add'>): Promise<Settled> {
  const { deps, request, requestId, input } = asked;
  const accountId = input.accountId ?? '';
  const account = accountIdSchema.safeParse(accountId).success ? await request.readAccount(accountId) : null;
  if (!account) return rejected(request, errorOf('unknown_account', accountId, 'accountId'));
  const access = await authorise(deps.staff, input.createdBy, (now) => refusalByTeam(now, account.team, 'accountId'));
  if (!access.ok) return rejected(request, access.error);
  return apply(asked, accountId, decideChange(requestId, type, account));
}

async function apply({ request, input }: Asked, accountId: string, decision: Decision): Promise<Settled> {
  if (decision.kind === 'refuse') return rejected(request, decision.error);
  await request.change(accountId, decision.change, decision.supersededId);
  return { kind: 'routed', accountId, type: input.type };
}

/** A manager's accounts belong to their own team unless they say otherwise. */
function homeTeamOf(claims: Claims): string {
  return claims.role === 'admin' || claims.teams.includes(DEFAULT_TEAM)
    ? DEFAULT_TEAM
    : (claims.teams[0] ?? DEFAULT_TEAM);
}

function refusalByRole(claims: Claims): ErrorInfo | null {
  if (claims.role !== 'agent') return null;
  return errorOf('permission_denied', 'only admins and managers may change accounts', 'createdBy');
}

function refusalByTeam(claims: Claims, team: string, field: string): ErrorInfo | null {
  const byRole = refusalByRole(claims);
  if (byRole) return byRole;
  return canSeeTeam(claims, team)
    ? null
    : errorOf('permission_denied', `this account belongs to team "${team}"`, field);
}

function rejected(request: RequestTransaction, error: ErrorInfo): Settled {
  request.reject(error);
  return { kind: 'rejected', error };
}
