/**
 * Who owns an account's socket. A lease is valid while its host's heartbeat is young, judged by Firestore's clock alone:
 * `snapshot.readTime - snapshot.updateTime` are both the server's, so no host's clock can be wrong about it.
 *
 * How long a lease lasts is each host's own setting, published in its heartbeat: whoever judges a host uses that host's value,
 * so hosts with different settings cannot misjudge each other.
 */
import * as z from 'zod/mini';
import { countSchema } from './shapes.ts';
import { timestampSchema } from './timestamp.ts';

/** A host whose heartbeat is older than this has lost its leases, unless it published another value, ms. */
export const LEASE_TTL_MS = 15_000;

/** How often a host writes its heartbeat document, ms; twice as often while the newest is unanswered, so that one may be lost. */
export function heartbeatIntervalOf(leaseTtlMs: number): number {
  return leaseTtlMs / 3;
}

/**
 * A host that could not renew for this long by its own monotonic clock stops its sockets, ms. The third of the lease that is left
 * is the margin for a clock that runs slow and for what is on its way already.
 */
export function selfFenceOf(leaseTtlMs: number): number {
  return (leaseTtlMs * 2) / 3;
}

/** `leases/{accountId}`. `epoch` only grows and outlives every owner: it fences claims and session writes. `updatedAt` moves with what its owner writes under it. */
export const leaseSchema = z.object({
  hostId: z.nullable(z.string()),
  epoch: countSchema,
  updatedAt: timestampSchema,
});

/** Only a running host takes accounts; a draining one gives its own back; one that is gone holds nothing. */
export const hostStateSchema = z.enum(['running', 'draining', 'gone']);
export type HostState = z.infer<typeof hostStateSchema>;

/** What a host did in one minute, over all its accounts. */
export const minuteRateSchema = z.object({
  /** Minutes since 1970. */
  minute: countSchema,
  /** Entries that WhatsApp took, and that ended as failed. */
  sent: countSchema,
  failed: countSchema,
  /** Messages of ours that reached their recipient. */
  delivered: countSchema,
  /** Messages of customers. */
  received: countSchema,
});
export type MinuteRate = z.infer<typeof minuteRateSchema>;

/** How many minutes of its work a host shows: the newest, minutes without any left out. */
export const RATE_MINUTES = 60;

/** `hosts/{hostId}`, rewritten with each heartbeat. */
export const hostSchema = z.object({
  state: hostStateSchema,
  accounts: countSchema,
  capacity: z.int().check(z.positive()),
  version: z.string(),
  /** How long this host's leases outlive its last heartbeat, ms. */
  leaseTtlMs: z._default(z.number().check(z.positive()), LEASE_TTL_MS),
  /**
   * For how long it has run nothing because it could not renew its leases in time, ms; 0 while it can. Its leases stay its own all the
   * same: heartbeats may overtake one another, and this one may be the older.
   */
  fencedForMs: z._default(countSchema, 0),
  /** Of its last hour, oldest first. Add those of all hosts for the whole; those of a host that went go with its document, within seconds. */
  rates: z._default(z.array(minuteRateSchema), []),
  startedAt: timestampSchema,
  heartbeatAt: timestampSchema,
});
export type HostRecord = z.infer<typeof hostSchema>;

/** Whether a heartbeat document proves its host alive; both times are Firestore's, in ms. */
export function isHeartbeatFresh(readTimeMs: number, updateTimeMs: number, leaseTtlMs: number): boolean {
  return readTimeMs - updateTimeMs < leaseTtlMs;
}
