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
import { decideAdd, decideChange, type Asked, type Decision } from './decide-request.ts';

export interface SettleDeps {
  readonly staff: StaffDirectory;
  readonly environment: string;
  readonly defaultCountry: Country | null;
}

export type Settled =
  | { readonly kind: 'routed'; readonly accountId: string; readonly type: string }
  /** With the account, where the request is refused for what that is. */
  | { readonly kind: 'rejected'; readonly error: ErrorInfo; readonly accountId: string | null };

interface Asking extends Asked {
  readonly deps: SettleDeps;
  readonly request: RequestTransaction;
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
  const asking: Asking = { deps, request, requestId, askedAt: request.askedAt, input };
  return input.type === 'add' ? settleAdd(asking, author.claims) : settleChange(asking, input.type);
}

async function settleAdd(asking: Asking, claims: Claims): Promise<Settled> {
  const { deps, request, requestId, askedAt, input } = asking;
  const phone = input.phone ?? '';
  const phoneE164 = parsePhone(phone, deps.defaultCountry ?? undefined);
  if (phoneE164 === null) return rejected(phoneErrorOf(phone, 'phone'));
  const accountId = accountIdOf(deps.environment, phoneE164);
  const account = await request.readAccount(accountId);

  // An account keeps its team: its threads carry it too. Only a new account takes the team asked for.
  const team = account?.team ?? input.team ?? homeTeamOf(claims);
  const access = await authorise(deps.staff, input.createdBy, both(management, ofTeam(team, 'team')));
  if (!access.ok) return rejected(access.error);

  if (account) return apply(asking, accountId, decideAdd(asking, input.name ?? account.name, account));
  const { name = phoneE164, createdBy } = input;
  const pendingRequest = { id: requestId, type: 'add' } as const;
  const given = { name, phoneE164, team, createdBy, pendingRequest, lastRequestAt: askedAt };
  request.create(accountId, newAccount(given));
  return { kind: 'routed', accountId, type: input.type };
}

async function settleChange(asking: Asking, type: Exclude<AccountRequestInput['type'], 'add'>): Promise<Settled> {
  const { deps, request, input } = asking;
  const accountId = input.accountId ?? '';
  const account = accountIdSchema.safeParse(accountId).success ? await request.readAccount(accountId) : null;
  if (!account) return rejected(errorOf('unknown_account', accountId, 'accountId'));
  const access = await authorise(deps.staff, input.createdBy, both(management, ofTeam(account.team, 'accountId')));
  if (!access.ok) return rejected(access.error);
  return apply(asking, accountId, decideChange(asking, type, account));
}

async function apply({ request, input }: Asking, accountId: string, decision: Decision): Promise<Settled> {
  if (decision.kind === 'refuse') return rejected(decision.error, accountId);
  await request.change(accountId, decision.change, decision.supersededId);
  return { kind: 'routed', accountId, type: input.type };
}

/** A manager's accounts belong to their own team unless they say otherwise. */
function homeTeamOf(claims: Claims): string {
  return claims.role === 'admin' || claims.teams.includes(DEFAULT_TEAM)
    ? DEFAULT_TEAM
    : (claims.teams[0] ?? DEFAULT_TEAM);
}

function rejected(error: ErrorInfo, accountId: string | null = null): Settled {
  return { kind: 'rejected', error, accountId };
}
