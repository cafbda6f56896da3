/** What the tests of closed connections look at: an account’s document, its incidents, and that nobody else’s changed. */
import assert from 'node:assert/strict';
import type { Account, AccountStatus, StatusReasonCode } from '@switchboard/contract/account';
import { INCIDENT_TYPES, incidentSchema, type Incident, type IncidentType } from '@switchboard/contract/incident';
import { incidentIdOf } from '@switchboard/contract/ids';
import { hostSchema } from '@switchboard/contract/lease';
import { paths } from '@switchboard/contract/paths';
import type { DocumentSnapshot } from 'firebase-admin/firestore';
import { askAccount, linkByQr, recordStatuses, whenAccount, type LinkedAccount } from '../support/journey.ts';
import { simulator, type Fault } from '../support/simulator-client.ts';
import { adminFirestore } from '../support/stack.ts';
import type { Staff } from '../support/staff.ts';
import { waitFor, waitForDocument } from '../support/wait.ts';

/**
 * Settings that let a test see in seconds what takes a business minutes. Not shorter: with a machine that is busy, a healthy connection
 * may take seconds to log in, and be quiet for seconds.
 */
export const QUICK = {
  CONNECT_TIMEOUT_MS: '6000',
  KEEP_ALIVE_MS: '4000',
  DEAF_AFTER_MS: '8000',
  STABLE_AFTER_MS: '1500',
} as const;

/** Long enough for a slow machine; each wait ends as soon as it is met. */
export const SLOW_MS = 60_000;

export async function openSockets(phone: string): Promise<number> {
  return (await simulator.stats()).openSockets[phone] ?? 0;
}

/** How often its companions have logged in since there is the phone. */
export async function loginsOf(phone: string): Promise<number> {
  return (await simulator.stats()).loginsByAccount[phone] ?? 0;
}

function incidentDocument(accountId: string, type: IncidentType) {
  return adminFirestore().doc(paths.incident(incidentIdOf(accountId, type)));
}

async function incidentsThat(accountId: string, isMet: (stored: DocumentSnapshot) => boolean): Promise<IncidentType[]> {
  const documents = INCIDENT_TYPES.map((type) => incidentDocument(accountId, type));
  const stored = await adminFirestore().getAll(...documents);
  return INCIDENT_TYPES.filter((_, index) => stored[index]?.exists && isMet(stored[index]));
}

/** The kinds of trouble people see of an account now. */
export function openIncidents(accountId: string): Promise<IncidentType[]> {
  return incidentsThat(accountId, (stored) => stored.get('resolvedAt') === null);
}

/** Those people ever saw of it, over or not. */
export function allIncidents(accountId: string): Promise<IncidentType[]> {
  return incidentsThat(accountId, () => true);
}

export function whenIncident(accountId: string, type: IncidentType): Promise<Incident> {
  const waiting = { what: `the incident ${type} of ${accountId}`, timeoutMs: SLOW_MS };
  return waitForDocument(
    incidentDocument(accountId, type),
    incidentSchema,
    (seen) => seen.resolvedAt === null,
    waiting,
  );
}

/** As above, for trouble that may be over by now. */
export function whenIncidentWas(accountId: string, type: IncidentType): Promise<Incident> {
  const waiting = { what: `the incident ${type} of ${accountId}`, timeoutMs: 2 * SLOW_MS };
  return waitForDocument(incidentDocument(accountId, type), incidentSchema, () => true, waiting);
}

export async function whenNoIncidents(accountId: string): Promise<void> {
  await waitFor(
    () => openIncidents(accountId),
    (open) => open.length === 0,
    { what: `the incidents of ${accountId} to be resolved`, timeoutMs: SLOW_MS },
  );
}

export function whenStatus(
  accountId: string,
  status: AccountStatus,
  reason: StatusReasonCode | null = null,
): Promise<Account> {
  return whenAccount(
    accountId,
    `${accountId} to be ${status} (${String(reason)})`,
    (account) => account.status === status && (account.statusReason?.code ?? null) === reason,
    SLOW_MS,
  );
}

/** Waits until the account shows that WhatsApp was heard. */
export async function whenAccountHeard(accountId: string): Promise<void> {
  await whenAccount(accountId, 'a sign of life to be noted', ({ lastEventAt }) => lastEventAt !== null, SLOW_MS);
}

/** Sets a fault and waits until the account shows what it made of it, and of no other close. */
export async function strike(
  { accountId, phone }: LinkedAccount,
  fault: Pick<Fault, 'kind' | 'code' | 'times'>,
  status: AccountStatus,
  reason: StatusReasonCode,
): Promise<Account> {
  const shown = whenAccount(
    accountId,
    `${accountId} to be ${status} (${reason}) by ${fault.kind} ${String(fault.code)}`,
    (account) =>
      account.status === status &&
      account.statusReason?.code === reason &&
      (fault.code === undefined || account.lastDisconnect?.code === fault.code),
    SLOW_MS,
  );
  await simulator.fault({ ...fault, account: phone });
  return shown;
}

/** Waits until the account is as if nothing had been: connected by one socket, with no incident left. */
export async function whenWell({ accountId, phone }: LinkedAccount): Promise<Account> {
  const account = await whenStatus(accountId, 'connected');
  assert.equal(account.reconnectAttempts, 0);
  // A busy machine may see it drop once more before it stays.
  await waitFor(
    () => openSockets(phone),
    (open) => open === 1,
    { what: `${accountId} to have one open socket`, timeoutMs: SLOW_MS },
  );
  await whenNoIncidents(accountId);
  return account;
}

/** Has WhatsApp close the account's connection, and waits until the account has logged in again. */
export async function closeOnce({ phone }: LinkedAccount, code: number): Promise<void> {
  const before = await loginsOf(phone);
  await simulator.fault({ account: phone, kind: 'close', code });
  await waitFor(
    () => loginsOf(phone),
    (count) => count > before,
    { what: `the login after ${String(code)}`, timeoutMs: SLOW_MS },
  );
}

/** Drops the account's connection and waits for the next: the network brings again what was not confirmed. */
export async function connectAnew(account: LinkedAccount): Promise<void> {
  await closeOnce(account, 428);
  await whenWell(account);
}

/** Waits until the account has confirmed all that the network has for it. */
export async function whenConfirmed({ phone }: LinkedAccount): Promise<void> {
  await waitFor(
    () => simulator.waiting(phone),
    (waiting) => waiting === 0,
    { what: `${phone} to have confirmed everything`, timeoutMs: SLOW_MS },
  );
}

/** Waits until a fault has struck so often that it will strike only `left` times more; `null`: until it is used up. */
export async function whenStruck({ phone }: LinkedAccount, kind: Fault['kind'], left: number | null): Promise<void> {
  await waitFor(
    () => simulator.timesLeft(phone, kind),
    (times) => times === left,
    { what: `${kind} to strike`, timeoutMs: SLOW_MS },
  );
}

/** Asks for the link there is, as somebody does who has put right what was wrong. */
export async function connectAgain(admin: Staff, account: LinkedAccount): Promise<void> {
  await askAccount(admin, { type: 'connect', accountId: account.accountId });
  await whenWell(account);
}

/**
 * Waits until the host of an account has gone on for so long, by its heartbeats: what it was about to do by then, it has done. For what must
 * never come.
 */
export async function whenHostWentOn({ accountId }: LinkedAccount, ms: number): Promise<void> {
  const { ownerHostId } = await whenAccount(accountId, 'a host', (account) => account.ownerHostId !== null);
  const host = adminFirestore().doc(paths.host(ownerHostId ?? ''));
  const lastBeat = async (): Promise<number> => hostSchema.parse((await host.get()).data()).heartbeatAt.toMillis();
  const since = await lastBeat();
  await waitFor(lastBeat, (at) => at - since >= ms, {
    what: `${String(ownerHostId)} to go on for ${String(ms)} ms`,
    timeoutMs: ms + SLOW_MS,
  });
}

/** An account that nothing is done to. */
export interface Bystander {
  readonly phone: string;
  /** Fails if it ever was anything but connected. */
  assertUntouched(): Promise<void>;
}

export async function newBystander(admin: Staff): Promise<Bystander> {
  const { accountId, phone } = await linkByQr(admin, 'Bystander');
  const { seen } = await recordStatuses(admin, paths.account(accountId));
  return {
    phone,
    assertUntouched: async () => {
      const account = await whenAccount(accountId, 'the bystander', () => true);
      assert.deepEqual(
        seen.filter((status) => status !== 'connected'),
        [],
      );
      assert.equal(account.lastDisconnect, null);
      assert.deepEqual(await openIncidents(accountId), []);
      assert.equal(await openSockets(phone), 1);
    },
  };
}
