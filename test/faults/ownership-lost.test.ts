import assert from 'node:assert/strict';
import { COLLECTIONS } from '@switchboard/contract/paths';
import { runSchedule } from '../../scripts/lib/schedules.ts';
import {
  endScene,
  faultsOf,
  joined,
  openShops,
  ownersOf,
  runHost,
  whenRunBy,
  writeBothWays,
} from '../support/fleet.ts';
import { adminFirestore, stack } from '../support/stack.ts';
import { signInAs } from '../support/staff.ts';
import { isOf } from './owners.ts';

const SHORT = { LEASE_TTL_MS: '3000' };

describe('accounts of a dead host whose document somebody removed', () => {
  afterEach(endScene);

  it('are found by a schedule, and run by another host then', async () => {
    const admin = await signInAs('admin');
    const lost = await runHost('lost', SHORT);
    const shops = await openShops(admin, 2);
    const before = await writeBothWays(admin, shops, 'before');
    assert.deepEqual(await faultsOf(before), []);
    await lost.kill();
    const { docs } = await adminFirestore().collection(COLLECTIONS.hosts).get();
    await Promise.all(docs.filter(({ id }) => isOf(lost, id)).map(({ ref }) => ref.delete()));
    const inFlight = await writeBothWays(admin, shops, 'while nobody runs them');
    const heir = await runHost('heir', SHORT);
    assert.deepEqual(await ownersOf(shops), { [lost.hostId]: shops.length });
    await runSchedule(stack.functions(), stack.projectId, 'reportSilentHosts');
    // For a minute a host that lives after all may say so.
    await whenRunBy(shops, [heir.hostId], 150_000);
    const after = await writeBothWays(admin, shops, 'after');
    assert.deepEqual(await faultsOf(joined(inFlight, after)), []);
  });
});
