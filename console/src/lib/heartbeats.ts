/**
 * How long ago a host gave a sign of life. A heartbeat's time is the server's and this computer's clock may be wrong, so from the
 * first beat that comes while somebody looks, its age is counted from its arrival. Pure.
 */
import type { HostRecord, HostState } from '@switchboard/contract/lease';

export interface Beat {
  /** The server's time of the heartbeat. */
  readonly beatMs: number;
  /** When it came here, by this computer's clock; for the first one, when it was written. */
  readonly sinceMs: number;
}
export type Beats = ReadonlyMap<string, Beat>;

type Alive = Pick<HostRecord, 'heartbeatAt'> & { readonly id: string };

export function noteBeats(known: Beats, hosts: readonly Alive[], nowMs: number): Beats {
  return new Map(
    hosts.map(({ id, heartbeatAt }) => {
      const beatMs = heartbeatAt.toMillis();
      const before = known.get(id);
      if (before?.beatMs === beatMs) return [id, before];
      return [id, { beatMs, sinceMs: before ? nowMs : Math.min(beatMs, nowMs) }];
    }),
  );
}

export function ageOf(beats: Beats, hostId: string, nowMs: number): number {
  const beat = beats.get(hostId);
  return beat ? Math.max(0, nowMs - beat.sinceMs) : 0;
}

/**
 * silent: it says it runs and gives no sign; others take its accounts. fenced: it gives signs, too late for it to run anything.
 */
export function hostStateOf(
  host: Pick<HostRecord, 'state' | 'leaseTtlMs' | 'fencedForMs'>,
  ageMs: number,
): HostState | 'silent' | 'fenced' {
  if (host.state === 'gone') return 'gone';
  if (ageMs >= host.leaseTtlMs) return 'silent';
  return host.state === 'running' && host.fencedForMs > 0 ? 'fenced' : host.state;
}
