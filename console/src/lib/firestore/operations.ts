/** What those who run the numbers look at: one account, its code, hosts, incidents, what waits, who did what. */
import { accountSchema, linkingSchema, type Account } from '@switchboard/contract/account';
import { auditEntrySchema, type AuditEntry } from '@switchboard/contract/audit';
import { incidentSchema, type Incident } from '@switchboard/contract/incident';
import { hostSchema, type HostRecord } from '@switchboard/contract/lease';
import { paths } from '@switchboard/contract/paths';
import type { Timestamp } from '@switchboard/contract/timestamp';
import { doc } from 'firebase/firestore';
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

/** The code to be scanned or typed; `null` when none waits. Only management may read it: pass `null` for others. */
export function useLinking(accountId: string | null): Live<Stored<Linking> | null> {
  const { db } = useSession();
  const open = followDocument(doc(db, paths.linking(accountId ?? 'none')), linkingSchema);
  return useLive(accountId === null ? null : `linking/${accountId}`, open);
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
