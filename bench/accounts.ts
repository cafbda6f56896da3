/** The accounts a benchmark works with, and where they are connected at each moment. */
import { setTimeout as delay } from 'node:timers/promises';
import { accountSchema } from '@switchboard/contract/account';
import { COLLECTIONS, paths } from '@switchboard/contract/paths';
import { linkByQr, type LinkedAccount } from '../test/support/journey.ts';
import { simulator } from '../test/support/simulator-client.ts';
import { adminFirestore } from '../test/support/stack.ts';
import type { Staff } from '../test/support/staff.ts';

/** More at once would only wait for each other. */
const LINKED_AT_ONCE = 5;
const POLL_MS = 20;

export async function linkAccounts(staff: Staff, count: number): Promise<LinkedAccount[]> {
  const linked: LinkedAccount[] = [];
  while (linked.length < count) {
    const size = Math.min(LINKED_AT_ONCE, count - linked.length);
    const names = Array.from({ length: size }, (_, index) => `Shop ${String(linked.length + index + 1)}`);
    linked.push(...(await Promise.all(names.map((name) => linkByQr(staff, name)))));
  }
  return linked;
}

/** Waits until the network itself has exactly one socket open for each phone. */
export async function whenAllOpen(phones: readonly string[], timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const { openSockets } = await simulator.stats();
    if (phones.every((phone) => openSockets[phone] === 1)) return;
    if (performance.now() > deadline) throw new Error(`not all sockets were open after ${String(timeoutMs)} ms`);
    await delay(POLL_MS);
  }
}

/**
 * Resolves when the documents of all accounts say that they are connected, by this host. Asks for their number and does not listen: to
 * a listener the emulator sends the whole result anew with each change, which would take from the host the time that is measured.
 */
async function whenAllSaid(accounts: readonly LinkedAccount[], hostId: string, timeoutMs: number): Promise<void> {
  // A host adds a suffix of its own to the name it was given.
  const connected = adminFirestore()
    .collection(COLLECTIONS.accounts)
    .where('status', '==', 'connected')
    .where('ownerHostId', '>', `${hostId}-`)
    .where('ownerHostId', '<', `${hostId}-\uf8ff`)
    .count();
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const { count } = (await connected.get()).data();
    // The host may have others besides: which ones it has is looked at once there are enough.
    if (count >= accounts.length && (await areConnected(accounts, hostId))) return;
    if (performance.now() > deadline) {
      throw new Error(`not all accounts were connected after ${String(timeoutMs)} ms: the host has ${String(count)}`);
    }
    await delay(POLL_MS);
  }
}

async function areConnected(accounts: readonly LinkedAccount[], hostId: string): Promise<boolean> {
  const db = adminFirestore();
  const stored = await db.getAll(...accounts.map(({ accountId }) => db.doc(paths.account(accountId))));
  return stored.every((snapshot) => {
    const { status, ownerHostId } = accountSchema.parse(snapshot.data());
    return status === 'connected' && ownerHostId?.startsWith(`${hostId}-`) === true;
  });
}

/** Waits until a host has all of these accounts connected: by their documents and by the network, whichever is later. */
export async function whenAllConnected(
  accounts: readonly LinkedAccount[],
  hostId: string,
  timeoutMs = 120_000,
): Promise<void> {
  await whenAllSaid(accounts, hostId, timeoutMs);
  await whenAllOpen(
    accounts.map(({ phone }) => phone),
    timeoutMs,
  );
}
