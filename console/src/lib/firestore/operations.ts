/** What those who run the numbers look at: one account, its code, hosts, incidents, what waits, who did what. */
import { accountSchema, linkingSchema, type Account } from '@switchboard/contract/account';
import { auditEntrySchema, type AuditEntry } from '@switchboard/contract/audit';
import { incidentSchema, type Incident } from '@switchboard/contract/incident';
import { hostSchema, type HostRecord } from '@switchboard/contract/lease';
import { paths } from '@switchboard/contract/paths';
import type { Timestamp } from '@switchboard/contract/timestamp';
import { doc } from 'firebase/firestore';
import { useEffect, useState } from 'react';
import { teamsOf, useSession } from '../session.tsx';
import { followDocument, followQuery, together, useLive, type Live, type Stored } from './live.ts';
import {
  auditQuery,
  hostsQuery,
  incidentsOfAccountQuery,
  oldestWaitingQuery,
  openIncidentsQuery,
} from './operations-queries.ts';
import { momentOf, schemaOf, textOf } from './reading.ts';

export type Linking = ReturnType<typeof linkingSchema.parse>;

/** `null` when there is none. */
export function useAccount(accountId: string | null): Live<Stored<Account> | null> {
  const { db } = useSession();
  const open = followDocument(doc(db, paths.account(accountId ?? 'none')), accountSchema);
  return useLive(accountId === null ? null : `account/${accountId}`, open);
}

/** How long a code that should be there may stay away until it is asked for anew, ms. */
const LOOK_AGAIN_MS = 4_000;

/**
 * The code to be scanned or typed; `null` when none waits. Only management may read it: pass `null` for others.
 *
 * @param isReady the account says that there is one. A listener that began as it was written may not have heard of it (the emulator's), so
 *   then another one is asked.
 */
export function useLinking(accountId: string | null, isReady: boolean): Live<Stored<Linking> | null> {
  const { db } = useSession();
  const [looks, setLooks] = useState(0);
  const open = followDocument(doc(db, paths.linking(accountId ?? 'none')), linkingSchema);
  const scope = accountId === null ? null : `linking/${accountId}`;
  const live = useLive(scope && `${scope}/${String(looks)}`, open, scope);
  const isMissing = isReady && live.state === 'ready' && live.value === null;
  useEffect(() => {
    if (!isMissing) return;
    const timer = setInterval(() => {
      setLooks((count) => count + 1);
    }, LOOK_AGAIN_MS);
    return () => {
      clearInterval(timer);
    };
  }, [isMissing]);
  return live;
}

export function useHosts(): Live<readonly Stored<HostRecord>[]> {
  const { db } = useSession();
  return useLive('hosts', followQuery(hostsQuery(db), hostSchema));
}

export function useOpenIncidents(): Live<readonly Stored<Incident>[]> {
  const { db } = useSession();
  return useLive('incidents', followQuery(openIncidentsQuery(db), incidentSchema));
}

export function useIncidentsOf(accountId: string): Live<readonly Stored<Incident>[]> {
  const { db } = useSession();
  return useLive(`incidents/${accountId}`, followQuery(incidentsOfAccountQuery(db, accountId), incidentSchema));
}

export interface Waiting {
  readonly accountId: string;
  readonly createdAt: Timestamp;
}

const waitingSchema = schemaOf((fields): Waiting | null => {
  const accountId = textOf(fields['accountId']);
  const createdAt = momentOf(fields['createdAt']);
  return accountId === null || createdAt === null ? null : { accountId, createdAt };
});

/** The oldest first; one per team is enough to know it. */
export function useOldestWaiting(): Live<readonly Stored<Waiting>[]> {
  const { db, claims } = useSession();
  const teams = teamsOf(claims) ?? [null];
  const parts = teams.map((team) => followQuery(oldestWaitingQuery(db, team), waitingSchema));
  return useLive(
    `waiting:${teams.join()}`,
    together(parts, (lists) => lists.flat().sort((a, b) => a.createdAt.toMillis() - b.createdAt.toMillis())),
  );
}

/** Newest first. Admins only. */
export function useAudit(count: number): Live<readonly Stored<AuditEntry>[]> {
  const { db } = useSession();
  return useLive(`audit:${String(count)}`, followQuery(auditQuery(db, count), auditEntrySchema), 'audit');
}
