/**
 * Gets an account its session: loads it, waits for a database or a key service that does not answer, and says so when it cannot be
 * read, or could not be for many tries or for long. A session that cannot be read is kept, for a host with the right key; unless it is to go
 * anyway: then it goes unread.
 */
import type { Account } from '@switchboard/contract/account';
import type { Clock } from '../clock.ts';
import { untilStored } from '../retry.ts';
import { FencedError, SessionKeyError, type AccountSession } from '../session/types.ts';
import type { Database } from '../store/firestore.ts';
import { openIncident } from '../store/incidents.ts';
import { deleteSession } from '../store/sessions.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { AccountRecord } from './account-record.ts';
import { incidentOpened, sessionNotLoaded, sessionShredded, sessionUnreadable, storeFailed } from './log-events.ts';

export interface SessionLoadingDependencies {
  readonly accountId: string;
  /** Of the lease this host holds. */
  readonly epoch: number;
  readonly db: Database;
  readonly record: AccountRecord;
  readonly open: () => Promise<AccountSession>;
  readonly isStopped: () => boolean;
  readonly account: () => Account;
  /** People know already that it cannot be read. */
  readonly isTold: boolean;
  /** Another host owns the account. */
  readonly onFenced: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** `unreadable`: it is as it was. `shredded`: there is none any more. */
export type Loaded =
  | { readonly kind: 'loaded'; readonly session: AccountSession }
  | { readonly kind: 'unreadable' | 'shredded'; /** As it was when that was decided. */ readonly account: Account }
  | { readonly kind: 'stopped' };

/** Of a session that could not be loaded so often in a row people are told: where each try fails at once, after some seconds. */
const TRIES_BEFORE_INCIDENT = 5;
/**
 * Or for so long, ms. One try may take longer: Firestore's client asks what is unavailable 15 times, for most of a minute, before it says
 * so, and waits without end for a read that hangs.
 */
export const TOLD_AFTER_MS = 30_000;
/** What a key service or Firestore says of a failure fits, in characters. */
const MAX_REASON = 300;

/** What becomes of a session that cannot be read. */
function fateOf({ desired, pendingRequest }: Account): 'kept' | 'shredded' | 'replaced' {
  if (desired === 'deleted' || pendingRequest?.type === 'delete') return 'shredded';
  return pendingRequest?.type === 'reset' ? 'replaced' : 'kept';
}

/** Takes as long as it takes; `stopped` when the account is not ours any more by then. */
export async function loadOnce(dependencies: SessionLoadingDependencies): Promise<Loaded> {
  const { clock, logger, isStopped, isTold, record } = dependencies;
  const trying: { loaded: Loaded; reason: string; told: string | null; telling: Promise<boolean> | null } = {
    loaded: { kind: 'stopped' },
    reason: `nothing was answered for ${String(TOLD_AFTER_MS / 1_000)} s`,
    told: null,
    telling: null,
  };
  const isOver = (): boolean => isStopped() || trying.loaded.kind === 'loaded';
  // Not waited for: it may be Firestore that does not answer. Told anew where it is known since, or changes, why.
  const tell = (): void => {
    if (isTold || trying.told === trying.reason) return;
    trying.told = trying.reason;
    trying.telling = tellOfTrouble(dependencies, trying.reason, isOver, trying.telling);
  };
  const cancel = clock.after(TOLD_AFTER_MS, tell);
  await untilStored(
    clock,
    isStopped,
    async () => {
      trying.loaded = await tryToLoad(dependencies);
    },
    (attempt, error) => {
      sessionNotLoaded(logger, attempt, error);
      trying.reason = reasonOf(error);
      if (attempt >= TRIES_BEFORE_INCIDENT || trying.telling) tell();
    },
  );
  cancel();
  const { loaded, telling } = trying;
  if (loaded.kind === 'loaded') {
    void telling?.then((isToldNow) => (isToldNow ? record.resolveIncidents(['session_unreadable']) : undefined));
  }
  return isStopped() ? { kind: 'stopped' } : loaded;
}

/** @returns whether people were told, now or `before`; they need not be any more once it is over. */
async function tellOfTrouble(
  { db, clock, logger, ...tenure }: SessionLoadingDependencies,
  reason: string,
  isOver: () => boolean,
  before: Promise<boolean> | null,
): Promise<boolean> {
  const trouble = { type: 'session_unreadable', details: { reason } } as const;
  const wasTold = await before;
  const isStored = await untilStored(
    clock,
    isOver,
    async () => {
      if (await openIncident(db, tenure, trouble)) incidentOpened(logger, trouble.type);
    },
    (attempt, failure) => {
      storeFailed(logger, attempt, failure);
    },
  );
  return isStored || wasTold === true;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Where nothing answers, only the cause says what was asked and why it could not be.
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${error.message}${cause}`.slice(0, MAX_REASON);
}

async function tryToLoad(dependencies: SessionLoadingDependencies): Promise<Loaded> {
  const { open, record, onFenced } = dependencies;
  try {
    const session = await openOrNot(open);
    if (session instanceof SessionKeyError) return await giveUp(dependencies, session);
    const { restored, lost } = session;
    if (restored ?? lost) await record.openIncident('session_restored', { ...restored, ...lost });
    return { kind: 'loaded', session };
  } catch (error) {
    if (!(error instanceof FencedError)) throw error;
    onFenced();
    return { kind: 'stopped' };
  }
}

/** @returns why, when it cannot be read. */
function openOrNot(open: SessionLoadingDependencies['open']): Promise<AccountSession | SessionKeyError> {
  return open().catch((error: unknown) => {
    if (error instanceof SessionKeyError) return error;
    throw error;
  });
}

async function giveUp(dependencies: SessionLoadingDependencies, error: SessionKeyError): Promise<Loaded> {
  const { accountId, epoch, db, open, onFenced, logger } = dependencies;
  const account = dependencies.account();
  const fate = fateOf(account);
  if (fate === 'kept') return tell(dependencies, account, error);
  if ((await deleteSession(db, accountId, epoch)) !== 'deleted') {
    onFenced();
    return { kind: 'stopped' };
  }
  sessionShredded(logger, error);
  if (fate === 'shredded') return { kind: 'shredded', account };
  const session = await openOrNot(open);
  return session instanceof SessionKeyError ? tell(dependencies, account, session) : { kind: 'loaded', session };
}

async function tell(
  { record, isTold, logger }: SessionLoadingDependencies,
  account: Account,
  error: SessionKeyError,
): Promise<Loaded> {
  sessionUnreadable(logger, error);
  if (!isTold) await record.openIncident('session_unreadable', { reason: error.message });
  return { kind: 'unreadable', account };
}
