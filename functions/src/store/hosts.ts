/** Which accounts no living host runs, and the documents of hosts that are long gone. */
import { accountSchema, type AccountStatus } from '@switchboard/contract/account';
import { COLLECTIONS } from '@switchboard/contract/paths';
import type { Firestore, QueryDocumentSnapshot } from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { isHostAlive } from './linking.ts';
import { accountsOwnedBy, freeAccountsIn } from './queries.ts';
import { pagesOf } from './sweeping.ts';

const accountPart = z.pick(accountSchema, { status: true, desired: true, updatedAt: true });

/** Accounts that are at rest until somebody asks need no host. */
const NEEDS_HOST: readonly AccountStatus[] = ['connecting', 'qr_ready', 'connected', 'reconnecting'];

export interface Unserved {
  readonly accountId: string;
  /** The host that ran it last; empty when it was given back. */
  readonly hostId: string;
}

/**
 * The accounts of dead hosts and those of nobody. Accounts that are served are not read: there are many, and all is well.
 *
 * @param restMs how long an account may lie before it counts: hosts take what is free within seconds.
 */
export async function readUnserved(db: Firestore, nowMs: number, restMs: number): Promise<Unserved[]> {
  const { docs } = await db.collection(COLLECTIONS.hosts).get();
  const unserved: Unserved[] = [];
  for (const host of docs.filter((one) => silentMs(one) > restMs)) {
    for await (const snapshot of pagesOf(accountsOwnedBy(db, host.id), FIELDS)) {
      if (isWanted(snapshot)) unserved.push({ accountId: snapshot.id, hostId: host.id });
    }
  }
  for await (const snapshot of pagesOf(freeAccountsIn(db, NEEDS_HOST), FIELDS)) {
    const isLeft = nowMs - accountPart.parse(snapshot.data()).updatedAt.toMillis() > restMs;
    if (isLeft && isWanted(snapshot)) unserved.push({ accountId: snapshot.id, hostId: '' });
  }
  return unserved;
}

const FIELDS = ['status', 'desired', 'updatedAt'];

function isWanted(snapshot: QueryDocumentSnapshot): boolean {
  const { status, desired } = accountPart.parse(snapshot.data());
  return desired === 'online' && NEEDS_HOST.includes(status);
}

/** How long a host has been dead, ms by Firestore's clock; 0 while it lives. */
function silentMs(host: QueryDocumentSnapshot): number {
  return isHostAlive(host) ? 0 : host.readTime.toMillis() - host.updateTime.toMillis();
}

/** Removes what is left of hosts that have been silent for so long and own nothing any more. @returns how many. */
export async function forgetSilentHosts(db: Firestore, afterMs: number): Promise<number> {
  const { docs } = await db.collection(COLLECTIONS.hosts).get();
  let forgotten = 0;
  for (const { id, ref, updateTime } of docs.filter((host) => silentMs(host) > afterMs)) {
    const { empty } = await accountsOwnedBy(db, id).limit(1).get();
    if (!empty) continue;
    // One that spoke again meanwhile has a newer version, and stays.
    const isDeleted = await ref.delete({ lastUpdateTime: updateTime }).then(
      () => true,
      () => false,
    );
    if (isDeleted) forgotten += 1;
  }
  return forgotten;
}
