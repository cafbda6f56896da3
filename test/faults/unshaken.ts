/** What the tests of harm that is no trouble of an account hold on to: it stays connected, and nobody is told of anything. */
import assert from 'node:assert/strict';
import { paths } from '@switchboard/contract/paths';
import { recordStatuses, whenAccount, type LinkedAccount } from '../support/journey.ts';
import type { Staff } from '../support/staff.ts';
import { openIncidents, whenStatus } from './closes-scene.ts';

/** When its connection was last lost; nobody who only watches may have missed it. */
async function lastLost(accountId: string): Promise<number | null> {
  const { lastDisconnectedAt } = await whenAccount(accountId, 'the account', () => true);
  return lastDisconnectedAt?.toMillis() ?? null;
}

/** Does this while watching that the account stays connected, and fails if it did not, or if people are told of trouble. */
export async function unshaken(
  admin: Staff,
  { accountId }: Pick<LinkedAccount, 'accountId'>,
  act: () => Promise<void>,
): Promise<void> {
  const before = await lastLost(accountId);
  const watched = await recordStatuses(admin, paths.account(accountId));
  try {
    await act();
    await whenStatus(accountId, 'connected');
  } finally {
    watched.stop();
  }
  assert.deepEqual(
    watched.seen.filter((status) => status !== 'connected'),
    [],
  );
  assert.equal(await lastLost(accountId), before, 'its connection was lost');
  assert.deepEqual(await openIncidents(accountId), []);
}
