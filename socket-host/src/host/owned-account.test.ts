import assert from 'node:assert/strict';
import { paths } from '@switchboard/contract/paths';
import { db, SupervisorScene, until } from '../account/supervisor-scene.ts';
import { loadSession } from '../session/load-session.ts';
import { freshId } from '../store/emulator.ts';
import { openIncident } from '../store/incidents.ts';
import { dependenciesOf } from './owned-account-scene.ts';
import { runAccount } from './owned-account.ts';
import { Ownership } from './ownership.ts';

describe('an account that a host has taken', () => {
  const ends: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  function ownershipOf(owned: ReturnType<typeof dependenciesOf>): Ownership {
    const ownership = new Ownership({
      ...owned,
      capacity: 1,
      candidates: () => [{ hostId: owned.hostId, accounts: 0, capacity: 1 }],
      onOthers: (accountId) => assert.fail(`${accountId} is another's`),
      run: (taken) => runAccount(owned, taken),
    });
    ends.push(async () => {
      await ownership.drain();
      owned.watch.stop();
    });
    return ownership;
  }

  it('has its session claimed by the commit that took it, and not once more to open it', async () => {
    const scene = new SupervisorScene();
    const { accountId } = scene;
    const owned = dependenciesOf({ db, hostId: freshId('host') });
    // At rest: nothing is written to its session but a claim.
    await scene.make({ status: 'logged_out' });
    await loadSession(owned, accountId, 0, () => undefined);
    await openIncident(db, { accountId, epoch: 0 }, { type: 'session_unreadable', details: {} });
    ownershipOf(owned).consider([accountId]);
    await until(
      () => scene.incident('session_unreadable'),
      ({ isOpen }) => !isOpen,
      'its session to be open',
    );
    const [lease, session] = await db.getAll(db.doc(paths.lease(accountId)), db.doc(paths.session(accountId)));
    // When it was taken: whatever is told since is told under the lease, and writes it.
    assert.ok(lease?.createTime);
    assert.deepEqual(session?.updateTime, lease.createTime);
  });
});
