/** Hosts with the age of their last sign of life, kept up to date while it is looked at. */
import type { HostRecord } from '@switchboard/contract/lease';
import { useState } from 'react';
import { ageOf, hostStateOf, noteBeats, type Beats } from './heartbeats.ts';
import type { Live, Stored } from './firestore/live.ts';
import { useHosts } from './firestore/operations.ts';
import { useNow } from './use-now.ts';

export interface SeenHost {
  readonly host: Stored<HostRecord>;
  readonly ageMs: number;
  readonly state: ReturnType<typeof hostStateOf>;
}

const SECOND = 1_000;

export function useHostAges(): Live<readonly SeenHost[]> {
  const hosts = useHosts();
  const now = useNow(SECOND);
  const [noted, setNoted] = useState<{ readonly of: unknown; readonly beats: Beats }>({ of: null, beats: new Map() });
  if (hosts.state !== 'ready') return hosts;
  const isNew = noted.of !== hosts.value;
  const beats = isNew ? noteBeats(noted.beats, hosts.value, now) : noted.beats;
  // What a render derives from its input is kept during it: React renders again at once, with nothing shown in between.
  if (isNew) setNoted({ of: hosts.value, beats });
  const value = hosts.value.map((host) => {
    const ageMs = ageOf(beats, host.id, now);
    return { host, ageMs, state: hostStateOf(host, ageMs) };
  });
  return { ...hosts, value };
}
