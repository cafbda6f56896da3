/** How a host ends that is asked to: by itself, in time, and with nothing left in its name. */
import assert from 'node:assert/strict';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { adminFirestore } from '../support/stack.ts';

/** What a host promises: Cloud Run kills it 10 s after it has asked. */
const PROMISED_MS = 8_000;

/**
 * Asks a host to end, and waits until it has, by itself and with 0: its own bound of 8 s would end it with 1. In time by its own clock:
 * until a busy machine has cleared away a process that has ended, seconds may pass.
 */
export async function endsByItself(host: HostProcess): Promise<void> {
  process.kill(host.process.pid, 'SIGTERM');
  const exit = await host.process.exited;
  const printed = host.process.printed();
  assert.deepEqual(exit, { code: 0, signal: null }, printed.slice(-2_000));
  const tookMs = Number(/"tookMs":(\d+),"message":"host stopped"/.exec(printed)?.[1]);
  assert.ok(tookMs < PROMISED_MS, `it took ${String(tookMs)} ms`);
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
