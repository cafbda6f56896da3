/**
 * Who owns an account's socket. A lease is valid while its host's heartbeat is young, judged by Firestore's clock alone:
 * `snapshot.readTime - snapshot.updateTime` are both the server's, so no host's clock can be wrong about it.
 */
import { z } from 'zod';
import { timestampSchema } from './timestamp.ts';

/** How often a host writes its heartbeat document, ms. */
export const HEARTBEAT_INTERVAL_MS = 5_000;
/** A host whose heartbeat is older than this has lost its leases, ms. */
export const LEASE_TTL_MS = 15_000;
/** A host that could not renew for this long by its own monotonic clock stops its sockets, ms. */
export const SELF_FENCE_MS = 10_000;

/** `leases/{accountId}`. `epoch` only grows and outlives every owner: it fences claims and session writes. */
export const leaseSchema = z.object({
  hostId: z.string().nullable(),
  epoch: z.int().nonnegative(),
  updatedAt: timestampSchema,
});

export const hostStateSchema = z.enum(['running', 'draining', 'gone']);

/** `hosts/{hostId}`, rewritten with each heartbeat. */
export const hostSchema = z.object({
  state: hostStateSchema,
  accounts: z.int().nonnegative(),
  capacity: z.int().positive(),
  version: z.string(),
  startedAt: timestampSchema,
  heartbeatAt: timestampSchema,
});
export type HostRecord = z.infer<typeof hostSchema>;

/** Whether a heartbeat document proves its host alive; both times are Firestore's, in ms. */
export function isHeartbeatFresh(readTimeMs: number, updateTimeMs: number): boolean {
  return readTimeMs - updateTimeMs < LEASE_TTL_MS;
}
