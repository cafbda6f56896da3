/**
 * Hosts that accounts name as their owner and that have no document: after a restore or a clean-up by hand. Hosts find free accounts and
 * those of dead hosts by the documents of these; an account of a lost one, nobody finds.
 */
import type { HostRecord } from '@switchboard/contract/lease';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, type Firestore } from 'firebase-admin/firestore';
import { isDocumentId } from './document-id.ts';
import { nextOwner } from './queries.ts';
import { isDone } from './sweeping.ts';

/** Costs two reads for each host that owns anything, however many accounts it owns. @returns their ids. */
export async function findLostHosts(db: Firestore): Promise<string[]> {
  const owners: string[] = [];
  for (let last: unknown = null; ;) {
    const [account] = (await nextOwner(db, last).get()).docs;
    if (!account) break;
    last = account.get('ownerHostId');
    if (typeof last === 'string') owners.push(last);
  }
  const named = owners.filter(isDocumentId);
  if (named.length === 0) return [];
  // After the accounts: a host writes its document before it takes any.
  const hosts = await db.getAll(...named.map((hostId) => db.doc(paths.host(hostId))), { fieldMask: [] });
  return hosts.filter(({ exists }) => !exists).map(({ id }) => id);
}

/**
 * Gives lost hosts a document by which others find what names them, as they find what any host leaves that dies. The account itself is
 * not touched: whoever takes it looks at its lease first, which may be another's.
 *
 * It is not dead from the beginning: a host whose document somebody removed lives on, and beats again before `leaseTtlMs` are over, as
 * does one that registers under this id at this moment. Both write the whole document, and this one is only created, so theirs stays.
 *
 * @returns how many.
 */
export async function restoreHosts(db: Firestore, hostIds: readonly string[], leaseTtlMs: number): Promise<number> {
  const restored = hostIds.map((hostId) => isDone(db.doc(paths.host(hostId)).create(leavingHost(leaseTtlMs))));
  return (await Promise.all(restored)).filter(Boolean).length;
}

/** A host that takes nothing and has said nothing since. Its accounts count as unserved meanwhile: nobody has run them for long. */
function leavingHost(leaseTtlMs: number): Record<keyof HostRecord, unknown> {
  const now = FieldValue.serverTimestamp();
  return {
    state: 'draining',
    accounts: 0,
    capacity: 1,
    version: '',
    leaseTtlMs,
    fencedForMs: leaseTtlMs + 1,
    rates: [],
    startedAt: now,
    heartbeatAt: now,
  };
}
