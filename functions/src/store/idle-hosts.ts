/**
 * Which hosts run nothing of what they own, judged by Firestore's own clock: those that are dead, and those that beat and cannot renew
 * their leases in time.
 */
import { hostSchema, isHeartbeatFresh } from '@switchboard/contract/lease';
import { COLLECTIONS } from '@switchboard/contract/paths';
import type { DocumentSnapshot, Firestore, QueryDocumentSnapshot } from 'firebase-admin/firestore';

/** Whether a heartbeat document proves its host alive. */
export function isHostAlive(host: DocumentSnapshot): boolean {
  const parsed = hostSchema.safeParse(host.data());
  if (!parsed.success || parsed.data.state === 'gone' || host.updateTime === undefined) return false;
  return isHeartbeatFresh(host.readTime.toMillis(), host.updateTime.toMillis(), parsed.data.leaseTtlMs);
}

/** How long ago a document was written, ms; endless for one that is not there. */
export function ageMs({ readTime, updateTime }: DocumentSnapshot): number {
  return updateTime ? readTime.toMillis() - updateTime.toMillis() : Infinity;
}

/** For how long a host has run nothing, ms; 0 while it runs what it owns. */
export function idleMs(host: DocumentSnapshot): number {
  const parsed = hostSchema.safeParse(host.data());
  const fencedForMs = parsed.success ? parsed.data.fencedForMs : 0;
  if (isHostAlive(host)) return fencedForMs;
  return fencedForMs + ageMs(host);
}

export async function hostsIdleFor(db: Firestore, ms: number): Promise<QueryDocumentSnapshot[]> {
  const { docs } = await db.collection(COLLECTIONS.hosts).get();
  return docs.filter((host) => idleMs(host) > ms);
}
