/** How a host ends that is asked to: by itself, in time, and with nothing left in its name. */
import assert from 'node:assert/strict';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { adminFirestore } from '../support/stack.ts';

/** What a host promises, on a busy machine too: Cloud Run kills it 10 s after it has asked. */
const PROMISED_MS = 8_000;

/** Asks a host to end, and waits until it has. It ends by itself with 0; its own bound of 8 s would end it with 1. */
export async function endsByItself(host: HostProcess): Promise<void> {
  const askedAtMs = performance.now();
  process.kill(host.process.pid, 'SIGTERM');
  const exit = await host.process.exited;
  const tookMs = performance.now() - askedAtMs;
  assert.deepEqual(exit, { code: 0, signal: null }, host.process.printed().slice(-2_000));
  assert.ok(tookMs < PROMISED_MS, `it took ${String(Math.round(tookMs))} ms`);
}

/** What names this host as its owner: accounts by their documents, and leases. */
async function ownedBy({ hostId }: HostProcess): Promise<string[]> {
  const db = adminFirestore();
  const [accounts, leases] = await Promise.all([db.collection('accounts').get(), db.collection('leases').get()]);
  // A host adds a suffix of its own to its name.
  const isIts = (owner: unknown): boolean => typeof owner === 'string' && owner.startsWith(`${hostId}-`);
  return [
    ...accounts.docs.filter((account) => isIts(account.get('ownerHostId'))),
    ...leases.docs.filter((lease) => isIts(lease.get('hostId'))),
  ].map(({ ref }) => ref.path);
}

/** As above, and everything was given back by then: nobody has to wait until its leases run out. */
export async function handsOver(host: HostProcess): Promise<void> {
  assert.notDeepEqual(await ownedBy(host), [], 'it has nothing to give back');
  await endsByItself(host);
  assert.deepEqual(await ownedBy(host), []);
}
