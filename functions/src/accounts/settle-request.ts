/**
 * Settles a well-formed account request: creates the account of a phone not seen before, or writes on the account what is
 * wanted of it. One phone is one account, because the phone makes the id; the host that owns the account does the rest.
 * Requests that come as documents and calls of the callables meet here.
 */
import type { AccountRequestInput } from '@switchboard/contract/account';
import { errorOf, type ErrorInfo } from '@switchboard/contract/failure';
import { accountIdOf, accountIdSchema } from '@switchboard/contract/ids';
import { newAccount } from '@switchboard/contract/new-account';
import { parsePhone } from '@switchboard/contract/phone';
import { DEFAULT_TEAM, type Claims } from '@switchboard/contract/user';
import { authorise, both, managementOnly, ofTeam } from '../access.ts';
import type { Country } from '../config.ts';
import { phoneErrorOf } from '../phone-error.ts';
import type { RequestTransaction } from '../store/account-requests.ts';
import type { StaffDirectory } from '../store/staff.ts';
import { decideAdd, decideChange, type Decision } from './decide-request.ts';

export interface SettleDeps {
  readonly staff: StaffDirectory;
  readonly environment: string;
  readonly defaultCountry: Country | null;
}

export type Settled =
  | { readonly kind: 'routed'; readonly accountId: string; readonly type: string }
  | { readonly kind: 'rejected'; readonly error: ErrorInfo };

interface Asked {
  readonly deps: SettleDeps;
  readonly request: RequestTransaction;
  readonly requestId: string;
  readonly input: AccountRequestInput;
}

const management = managementOnly('change accounts');

/** Reads, then writes, in the transaction of `request`; a refusal is returned and nothing is written. */
export async function settleRequest(
  deps: SettleDeps,
  request: RequestTransaction,
  requestId: string,
  input: AccountRequestInput,
): Promise<Settled> {
  const author = await authorise(deps.staff, input.createdBy, management);
  if (!author.ok) return rejected(author.error);
  const asked: Asked = { deps, request, requestId, input };
  return input.type === 'add' ? settleAdd(asked, author.claims) : settleChange(asked, input.type);
}

async function settleAdd(asked: Asked, claims: Claims): Promise<Settled> {
  const { deps, request, requestId, input } = asked;
  const phone = input.phone ?? '';
  const phoneE164 = parsePhone(phone, deps.defaultCountry ?? undefined);
  if (phoneE164 === null) return rejected(phoneErrorOf(phone, 'phone'));
  const accountId = accountIdOf(deps.environment, phoneE164);
  const account = await request.readAccount(accountId);

  // An account keeps its team: its threads carry it too. Only a new account takes the team asked for.
  const team = account?.team ?? input.team ?? homeTeamOf(claims);
  const access = await authorise(deps.staff, input.createdBy, both(management, ofTeam(team, 'team')));
  if (!access.ok) return rejected(access.error);

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
  if (!account) return rejected(errorOf('unknown_account', accountId, 'accountId'));
  const access = await authorise(deps.staff, input.createdBy, both(management, ofTeam(account.team, 'accountId')));
  if (!access.ok) return rejected(access.error);
  return apply(asked, accountId, decideChange(requestId, type, account));
}

async function apply({ request, input }: Asked, accountId: string, decision: Decision): Promise<Settled> {
  if (decision.kind === 'refuse') return rejected(decision.error);
  await request.change(accountId, decision.change, decision.supersededId);
  return { kind: 'routed', accountId, type: input.type };
}

/** A manager's accounts belong to their own team unless they say otherwise. */
function homeTeamOf(claims: Claims): string {
  return claims.role === 'admin' || claims.teams.includes(DEFAULT_TEAM)
    ? DEFAULT_TEAM
    : (claims.teams[0] ?? DEFAULT_TEAM);
}

function rejected(error: ErrorInfo): Settled {
  return { kind: 'rejected', error };
}
