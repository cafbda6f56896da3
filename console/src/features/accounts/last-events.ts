/** What happened to an account last, newest first, as far as its documents still know it. Pure. */
import type { Account } from '@switchboard/contract/account';
import type { Incident, IncidentType } from '@switchboard/contract/incident';

export type AccountEvent =
  | { readonly kind: 'connected' | 'message' | 'added'; readonly atMs: number }
  | { readonly kind: 'disconnected'; readonly atMs: number; readonly code: number | null; readonly reason: string }
  | { readonly kind: 'opened' | 'resolved'; readonly atMs: number; readonly incident: IncidentType };

const MOST_EVENTS = 8;

type Told = Pick<Account, 'lastConnectedAt' | 'lastDisconnectedAt' | 'lastDisconnect' | 'lastMessageAt' | 'createdAt'>;
type Trouble = Pick<Incident, 'type' | 'ts' | 'resolvedAt'>;

export function lastEventsOf(account: Told, incidents: readonly Trouble[]): readonly AccountEvent[] {
  const events: AccountEvent[] = [{ kind: 'added', atMs: account.createdAt.toMillis() }];
  const { lastConnectedAt, lastDisconnectedAt, lastDisconnect, lastMessageAt } = account;
  if (lastConnectedAt) events.push({ kind: 'connected', atMs: lastConnectedAt.toMillis() });
  if (lastMessageAt) events.push({ kind: 'message', atMs: lastMessageAt.toMillis() });
  if (lastDisconnectedAt) {
    const { code = null, reason = '' } = lastDisconnect ?? {};
    events.push({ kind: 'disconnected', atMs: lastDisconnectedAt.toMillis(), code, reason });
  }
  for (const { type, ts, resolvedAt } of incidents) {
    events.push({ kind: 'opened', atMs: ts.toMillis(), incident: type });
    if (resolvedAt) events.push({ kind: 'resolved', atMs: resolvedAt.toMillis(), incident: type });
  }
  return events.sort((a, b) => b.atMs - a.atMs).slice(0, MOST_EVENTS);
}

type Heard = Pick<Account, 'lastEventAt' | 'lastMessageAt' | 'lastConnectedAt' | 'lastDisconnectedAt'>;

/** When anything happened last; `null` while nothing has. */
export function lastHeardMs({ lastEventAt, lastMessageAt, lastConnectedAt, lastDisconnectedAt }: Heard): number | null {
  const moments = [lastEventAt, lastMessageAt, lastConnectedAt, lastDisconnectedAt].map((at) => at?.toMillis() ?? 0);
  return Math.max(...moments) || null;
}
