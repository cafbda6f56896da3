/** Whether an entry may go now, by the account's own rules: quiet hours, hold, cap on new threads. */
import type { Account } from '@switchboard/contract/account';
import { errorOf, type ErrorInfo } from '@switchboard/contract/failure';
import type { Clock } from '../clock.ts';
import type { OutboxEntry } from '../store/outbox.ts';
import type { FirstContacts } from './first-contacts.ts';
import { quietForMs } from './quiet-hours.ts';

/** The part of an account that decides about sending. */
export type SendingRules = Pick<Account, 'limits' | 'hold'>;

/** What holds where an account says nothing. */
export interface DefaultLimits {
  readonly perMinute: number;
  readonly newThreadsPerDay: number;
}

export interface GateDependencies {
  readonly clock: Clock;
  readonly contacts: FirstContacts;
  readonly defaults: DefaultLimits;
}

export interface Gate {
  /** How long an entry has to wait, ms; 0 = it may go, Infinity = until somebody changes the account. */
  readonly waitMs: number;
  /** What keeps it longest; `null` when it may go, or when it is to be sent later by its author's own wish. */
  readonly why: ErrorInfo | null;
}

/** Asks every rule of the account about an entry. */
export function gateOf({ clock, contacts, defaults }: GateDependencies, rules: SendingRules, entry: OutboxEntry): Gate {
  const { threadId, sendAt } = entry.data;
  const isFirstContact = entry.data.isFirstContact && !contacts.hasAnswered(threadId);
  const nowMs = clock.nowMs();
  const perDay = rules.limits.newThreadsPerDay ?? defaults.newThreadsPerDay;
  const gates: Gate[] = [
    { waitMs: Math.max(0, (sendAt?.toMillis() ?? 0) - nowMs), why: null },
    { waitMs: quietForMs(rules.limits.quietHours, nowMs), why: errorOf('quiet_hours') },
    { waitMs: holdWaitMs(rules.hold, isFirstContact, nowMs), why: rules.hold?.error ?? null },
    { waitMs: isFirstContact ? contacts.waitMs(threadId, perDay) : 0, why: errorOf('new_threads_capped') },
  ];
  const longest = gates.reduce((most, gate) => (gate.waitMs > most.waitMs ? gate : most));
  return longest.waitMs === 0 ? { waitMs: 0, why: null } : longest;
}

/** Whether what waits for this may go as soon as its customer has written. */
export function endsWithAnswer(why: ErrorInfo | null): boolean {
  return why?.code === 'new_threads_capped' || why?.code === 'new_chats_restricted';
}

/** WhatsApp's limit on new chats leaves those who wrote to us free to be answered; any other hold stops everything. */
function holdWaitMs(hold: SendingRules['hold'], isFirstContact: boolean, nowMs: number): number {
  if (!hold || (hold.error.code === 'new_chats_restricted' && !isFirstContact)) return 0;
  return hold.until ? Math.max(0, hold.until.toMillis() - nowMs) : Number.POSITIVE_INFINITY;
}
