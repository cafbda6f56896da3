/**
 * What an account does next. Pure: a step takes a state and something that happened, and gives the next state and what to do.
 *
 *            ┌───────────── request ──────────────┐
 *            ▼                                    │
 *   idle ─▶ connecting ─▶ open ─▶ waiting ─▶ (connecting)
 *            │   ▲          │        │
 *            │   └── 515 ───┤        │
 *            └──────────────┴────────┴──▶ idle: given up, disconnected, deleted
 *
 * `idle` waits for somebody to ask; `waiting` for a timer.
 */
import type {
  AccountRequestType,
  AccountStatus,
  Desired,
  LinkMethod,
  StatusReasonCode,
} from '@switchboard/contract/account';
import { INCIDENT_TYPES, NOTICE_TYPES, type IncidentType } from '@switchboard/contract/incident';
import { backoffMs } from './backoff.ts';
import { CONFLICT_PERIOD_MS, CONFLICT_WAIT_MS, decideClose, speakerOf, type CloseDecision } from './close-reason.ts';
import type { Drop, Effect, Input, MachineState, Removal, Step } from './steps.ts';

/** After this many tries in a row people are told, and told again each time so many more have failed. */
const TRIES_BEFORE_INCIDENT = 5;
const TRIES_BETWEEN_INCIDENTS = 50;
const MAX_UNUSED_CODES = 3;

/** What holds once the connection stands. */
const OPEN = { hasOpened: true, isLinkOver: false, isRestartDue: false, logoutCount: 0 } as const;

/** What of that which ends a link, or keeps it from being made, people must know besides. */
const INCIDENTS: Partial<Record<StatusReasonCode, IncidentType>> = {
  banned: 'restricted',
  banned_for_a_time: 'restricted',
  locked: 'restricted',
  logged_out: 'logged_out',
  multi_device_off: 'multi_device_off',
  conflict: 'conflict',
  passkey_required: 'passkey_required',
};

/** What a connection that holds puts an end to. That messages cannot be read is over only when some can be. */
const CONNECTION_TROUBLE = INCIDENT_TYPES.filter((type) => type !== 'decryption_failing' && !NOTICE_TYPES.has(type));

/** What is over for an account at rest whose session could be loaded: nobody tries, so nobody has to know that trying does not help. */
export const OVER_AT_REST: readonly IncidentType[] = ['connection_lost', 'session_unreadable'];

/** Makes room for a new link; the credentials of the one before are kept aside. */
const ARCHIVE: readonly Effect[] = [
  { type: 'erase', mode: 'keep-backup' },
  { type: 'mark-link', isOver: false },
];

export const RUNNING: ReadonlySet<AccountStatus> = new Set(['connecting', 'qr_ready', 'connected', 'reconnecting']);

export function initialState(isLinked: boolean, isLinkOver: boolean, method: LinkMethod): MachineState {
  const counters = { attempts: 0, logoutCount: 0, conflictsAtMs: [], unusedCodes: 0 };
  const link = { isLinked, hasOpened: isLinked, isLinkOver, isRestartDue: false };
  return { phase: 'idle', method, ...link, removal: null, ...counters };
}

function status(state: MachineState, to: AccountStatus, reason: StatusReasonCode | null = null): Effect {
  return { type: 'status', status: to, reason, attempts: state.attempts };
}

function goOnline(from: MachineState, request: AccountRequestType, method: LinkMethod): Step {
  if (from.phase === 'open') return { state: from, effects: [status(from, 'connected')] };
  // Whoever asks for a new link gets one. `connect` means the link there is: it is tried, even if WhatsApp called it over.
  const isErased = from.isLinked && from.isLinkOver && request !== 'connect';
  const isLinked = from.isLinked && !isErased;
  const state: MachineState = {
    ...initialState(isLinked, from.isLinkOver && !isErased, method),
    phase: 'connecting',
  };
  return {
    state,
    effects: [
      { type: 'disconnect' },
      { type: 'hide-code' },
      ...(isErased ? ARCHIVE : []),
      status(state, 'connecting'),
      { type: 'connect' },
    ],
  };
}

function goOffline(from: MachineState): Step {
  const state: MachineState = { ...initialState(from.isLinked, from.isLinkOver, from.method) };
  return { state, effects: [{ type: 'disconnect' }, { type: 'hide-code' }, status(state, 'disconnected', 'asked')] };
}

/** Ends the link. One that WhatsApp can still be told of is connected first, once. */
function endLink(from: MachineState, removal: Removal, method: LinkMethod): Step {
  const isTold = from.isLinked && !from.isLinkOver;
  if (!isTold || from.phase === 'open') return linkEnded({ ...from, method }, removal);
  // Asked again, it goes on telling; what comes after is what was asked last.
  if (from.removal !== null) return { state: { ...from, method, removal }, effects: [] };
  const state: MachineState = { ...initialState(true, false, method), phase: 'connecting', removal };
  const shown: Effect[] = removal.next === 'new-link' ? [status(state, 'connecting')] : [];
  return { state, effects: [{ type: 'disconnect' }, { type: 'hide-code' }, ...shown, { type: 'connect' }] };
}

/** WhatsApp was told, as far as it could be: drops the session, and the account with it or for a new link. */
function linkEnded(from: MachineState, { requestId, next }: Removal): Step {
  const ended = initialState(false, false, from.method);
  const done: Effect[] = requestId === null ? [] : [{ type: 'done', requestId }];
  const effects: Effect[] = [
    from.phase === 'open' ? { type: 'logout' } : { type: 'disconnect' },
    { type: 'hide-code' },
  ];
  switch (next) {
    case 'new-link': {
      const state: MachineState = { ...ended, phase: 'connecting' };
      // Done before a code is shown: whoever takes the account over must not throw away the link made with that code.
      effects.push(...ARCHIVE, status(state, 'connecting'), ...done, { type: 'connect' });
      return { state, effects };
    }
    case 'deleted':
      // Nobody can do anything about its incidents any more.
      effects.push({ type: 'erase', mode: 'destroy' }, { type: 'resolve-incidents', of: INCIDENT_TYPES }, ...done);
      // Last: nobody takes a deleted account. What a crash leaves undone before, the next owner does.
      effects.push(status(ended, 'deleted', 'deleted'));
      return { state: ended, effects };
  }
}

function onRequest(from: MachineState, { requestId, request, method }: Extract<Input, { type: 'request' }>): Step {
  if (request === 'delete') return endLink(from, { requestId, next: 'deleted' }, from.method);
  if (request === 'reset') return endLink(from, { requestId, next: 'new-link' }, method);
  const { state, effects } = request === 'disconnect' ? goOffline(from) : goOnline(from, request, method);
  return { state, effects: [...effects, { type: 'done', requestId }] };
}

function onOpen(from: MachineState, { identity, isOwnPhone }: Extract<Input, { type: 'open' }>): Step {
  if (from.removal) return linkEnded({ ...from, phase: 'open' }, from.removal);
  if (!isOwnPhone) {
    const state = initialState(false, false, from.method);
    const effects: Effect[] = [{ type: 'logout' }, { type: 'hide-code' }, { type: 'erase', mode: 'destroy' }];
    return { state, effects: [...effects, status(state, 'needs_qr', 'wrong_phone')] };
  }
  const state: MachineState = { ...from, phase: 'open', ...OPEN };
  const mark: Effect[] = from.isLinkOver ? [{ type: 'mark-link', isOver: false }] : [];
  const connected: Effect = { type: 'status', status: 'connected', reason: null, attempts: 0, identity };
  return { state, effects: [...mark, { type: 'hide-code' }, connected] };
}

function onGivenUp(from: MachineState, decision: Extract<CloseDecision, { kind: 'give-up' }>, drop: Drop): Step {
  const isCodeUnused = decision.reason === 'qr_expired' && from.method === 'pairing_code';
  if (isCodeUnused && from.unusedCodes + 1 < MAX_UNUSED_CODES) {
    const state: MachineState = { ...from, phase: 'connecting', unusedCodes: from.unusedCodes + 1 };
    return { state, effects: [{ type: 'connect' }] };
  }
  const isOver = from.isLinked && (decision.status === 'logged_out' || decision.status === 'needs_qr');
  const state = initialState(from.isLinked, from.isLinkOver || isOver, from.method);
  const effects: Effect[] = [{ type: 'hide-code' }];
  if (isOver) effects.push({ type: 'mark-link', isOver: true });
  effects.push({ type: 'status', status: decision.status, reason: decision.reason, attempts: 0, drop });
  const incident = INCIDENTS[decision.reason];
  if (incident) effects.push({ type: 'incident', incident, drop });
  return { state, effects };
}

function counted(from: MachineState, { code, message, atMs }: Extract<Input, { type: 'closed' }>): MachineState {
  const isExpected = from.isRestartDue && code === 515;
  return {
    ...from,
    isRestartDue: false,
    attempts: from.attempts + (isExpected ? 0 : 1),
    logoutCount: logoutsAfter(from.logoutCount, code, message),
    conflictsAtMs: code === 440 ? conflictsAfter(from.conflictsAtMs, atMs) : from.conflictsAtMs,
  };
}

function conflictsAfter(conflictsAtMs: readonly number[], atMs: number): readonly number[] {
  return [...conflictsAtMs.filter((before) => atMs - before < CONFLICT_PERIOD_MS), atMs];
}

/** In a row are those between which WhatsApp said nothing else. What the network says in its place confirms no logout and denies none. */
function logoutsAfter(count: number, code: number | null, message: string): number {
  if (speakerOf(code, message) === 'network') return count;
  return code === 401 ? count + 1 : 0;
}

function onClosed(from: MachineState, input: Extract<Input, { type: 'closed' }>): Step {
  const { code, message, holdsLease, random } = input;
  if (from.removal) return linkEnded(from, from.removal);
  const state = counted(from, input);
  const facts = { isRestartDue: from.isRestartDue, conflictCount: state.conflictsAtMs.length };
  const decision = decideClose({ ...state, ...facts, code, message, holdsLease });
  const drop: Drop = { code: code ?? 0, reason: message };
  switch (decision.kind) {
    case 'stand-down':
      return { state: { ...state, phase: 'idle' }, effects: [{ type: 'stand-down' }] };
    case 'give-up':
      return onGivenUp(state, decision, drop);
    case 'reconnect':
      if (decision.when === 'now') return { state: { ...state, phase: 'connecting' }, effects: [{ type: 'connect' }] };
      return { state: { ...state, phase: 'waiting' }, effects: reconnectEffects(state, decision, drop, random) };
  }
}

function reconnectEffects(
  state: MachineState,
  decision: Extract<CloseDecision, { kind: 'reconnect' }>,
  drop: Drop,
  random: number,
): readonly Effect[] {
  const { attempts } = state;
  const wait = backoffMs(attempts, random);
  const delayMs = decision.when === 'after-conflict' ? CONFLICT_WAIT_MS + wait : wait;
  const shown: AccountStatus = state.isLinked ? 'reconnecting' : 'connecting';
  const effects: Effect[] = [
    { type: 'retry-after', delayMs },
    { type: 'status', status: shown, reason: decision.reason, attempts, drop },
  ];
  if (decision.refreshVersion) effects.push({ type: 'refresh-version' });
  const isTold = attempts === TRIES_BEFORE_INCIDENT || attempts % TRIES_BETWEEN_INCIDENTS === 0;
  if (isTold) effects.push({ type: 'incident', incident: 'connection_lost', drop });
  return effects;
}

/** It held: whatever was wrong before is over, but for a conflict, which is so only once nobody came back for long. */
function onStable(from: MachineState): Step {
  if (from.phase !== 'open') return { state: from, effects: [] };
  return {
    state: { ...from, attempts: 0 },
    effects: [{ type: 'resolve-incidents', of: CONNECTION_TROUBLE }],
  };
}

function onDesired(from: MachineState, desired: Desired): Step {
  const nothing: Step = { state: from, effects: [] };
  switch (desired) {
    case 'offline':
      return from.phase === 'idle' ? nothing : goOffline(from);
    case 'deleted':
      return endLink(from, { requestId: from.removal?.requestId ?? null, next: 'deleted' }, from.method);
    case 'online':
      return nothing;
  }
}

export function step(from: MachineState, input: Input): Step {
  switch (input.type) {
    case 'start':
      return onStart(from, input);
    case 'request':
      return onRequest(from, input);
    case 'desired':
      return onDesired(from, input.desired);
    case 'code':
      return {
        state: from,
        effects: [
          { type: 'show-code', method: from.method, qr: input.qr, expiresInMs: input.expiresInMs },
          status(from, 'qr_ready'),
        ],
      };
    case 'linked':
      return {
        state: { ...from, isLinked: true, hasOpened: false, isLinkOver: false, isRestartDue: true },
        effects: [{ type: 'hide-code' }, status(from, 'connecting')],
      };
    case 'open':
      return onOpen(from, input);
    case 'closed':
      return onClosed(from, input);
    case 'retry':
      return from.phase === 'waiting'
        ? { state: { ...from, phase: 'connecting' }, effects: [{ type: 'connect' }] }
        : { state: from, effects: [] };
    case 'stable':
      return onStable(from);
  }
}

function onStart(from: MachineState, { status: was, desired }: Extract<Input, { type: 'start' }>): Step {
  if (desired !== 'online') return onDesired({ ...from, phase: 'connecting' }, desired);
  if (RUNNING.has(was)) return resume(from, was);
  // What the owner before told of, and did not get to take back.
  return { state: from, effects: [{ type: 'resolve-incidents', of: OVER_AT_REST }] };
}

/** Takes up what the owner before left: the link is connected again, and shows as such only when it is. */
function resume(from: MachineState, was: AccountStatus): Step {
  const state: MachineState = { ...from, phase: 'connecting' };
  const shown: AccountStatus = from.isLinked && was !== 'connecting' ? 'reconnecting' : 'connecting';
  return { state, effects: [{ type: 'hide-code' }, status(state, shown), { type: 'connect' }] };
}
