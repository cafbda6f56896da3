import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_LIMITS } from '@switchboard/contract/limits';
import { paths } from '@switchboard/contract/paths';
import type { DocumentReference } from 'firebase-admin/firestore';
import { altered } from '../altered.ts';
import { systemClock } from '../clock.ts';
import { handClock } from '../hand-clock.ts';
import { freshId } from '../store/emulator.ts';
import { acquireLease, holdsLease } from '../store/leases.ts';
import { beat, CAPACITY, fakeRunning, ownershipScene, until } from './ownership-scene.ts';

describe('what a host owns', () => {
  const scene = ownershipScene();
  const { db, newFreeAccount, open, withFailing } = scene;

  it('is run again, and is nobody’s until then, when giving it back or taking it hangs', async () => {
    const accountId = await newFreeAccount();
    const clock = handClock();
    let hangs = true;
    let reads = 0;
    const ownership = open({ clock, db: withFailing({ hangs: () => (reads += 1) > 0 && hangs }) });
    const isOwned = (): boolean => {
      ownership.consider([accountId]);
      clock.advance(0);
      return ownership.owned().has(accountId);
    };
    const begun = async (): Promise<void> => {
      const before = reads;
      await until(() => reads > before);
    };
    const givenUp = async (): Promise<void> => {
      clock.advance(10_000);
      await delay(0);
      hangs = false;
    };
    const taking = begun();
    assert.ok(!isOwned());
    await taking;
    await givenUp();
    await until(isOwned);
    hangs = true;
    const releasing = begun();
    void ownership.release(accountId);
    await releasing;
    await givenUp();
    assert.equal(ownership.owned().size, 0);
    await until(isOwned);
    assert.deepEqual([scene.runs.length, scene.ends], [2, [`stopped ${accountId}`, `fenced ${accountId}`]]);
  });

  it('is run again when giving it back failed: nobody else may take it while we live', async () => {
    const accountId = await newFreeAccount();
    let isAway = false;
    const ownership = open({ db: withFailing({ read: () => isAway }) });
    ownership.consider([accountId]);
    await until(() => ownership.owned().has(accountId));
    isAway = true;
    await ownership.release(accountId);
    assert.equal(ownership.owned().size, 0);
    isAway = false;
    ownership.consider([]);
    await until(() => ownership.owned().has(accountId));
    assert.equal(scene.runs.length, 2);
  });

  it('is run when taking it seemed to fail, though there is no room any more', async () => {
    const accountId = await newFreeAccount();
    const ownership = open({ db: withFailing({ commit: 'after it landed' }), candidates: () => [] });
    ownership.consider([accountId]);
    await until(() => ownership.isMoving());
    await until(() => {
      ownership.consider([]);
      return ownership.owned().has(accountId);
    });
    assert.equal(scene.runs.length, 1);
  });

  it('is given back at the end though another is still being taken', async () => {
    const [ready, slow] = [await newFreeAccount(), await newFreeAccount()];
    const begin = Promise.withResolvers<undefined>();
    const ownership = open({
      run: async (taken) => {
        if (taken.accountId === slow) await begin.promise;
        return fakeRunning(scene.ends, taken.accountId);
      },
    });
    ownership.consider([ready, slow]);
    await until(() => ownership.owned().has(ready));
    const drained = ownership.drain();
    await until(() => scene.ends.includes(`stopped ${ready}`));
    begin.resolve(undefined);
    await drained;
    assert.deepEqual(scene.ends, [`stopped ${ready}`, `stopped ${slow}`]);
  });

  it('is stopped before it runs when the leases lapse, and then taken anew', async () => {
    const accountId = await newFreeAccount();
    const begin = Promise.withResolvers<undefined>();
    const ownership = open({
      run: async (taken) => {
        scene.runs.push(taken);
        if (scene.runs.length === 1) await begin.promise;
        return fakeRunning(scene.ends, accountId);
      },
    });
    ownership.consider([accountId]);
    await until(() => scene.runs.length === 1);
    ownership.fenceAll();
    assert.ok(scene.runs[0]?.signal.aborted);
    begin.resolve(undefined);
    await until(() => {
      ownership.consider([]);
      return ownership.owned().has(accountId);
    });
    assert.deepEqual(
      scene.runs.map(({ lease, signal }) => [lease.epoch, signal.aborted]),
      [
        [1, true],
        [2, false],
      ],
    );
  });

  it('is not what nobody can read, which is not written either, until it can be read again', async () => {
    const accountId = await newFreeAccount();
    const document = db.doc(paths.account(accountId));
    await document.update({ limits: { tomorrow: true } });
    const before = await document.get();
    const ownership = open();
    ownership.consider([accountId]);
    await until(() => scene.others.includes(accountId));
    assert.deepEqual((await document.get()).updateTime, before.updateTime);
    assert.equal((await db.doc(paths.lease(accountId)).get()).exists, false);
    await document.update({ limits: DEFAULT_LIMITS });
    await until(() => {
      ownership.consider([accountId]);
      return ownership.owned().has(accountId);
    });
  });

  it('is left alone when it is ours by its lease and nobody can read it, and run once it can be read', async () => {
    const accountId = await newFreeAccount();
    const document = db.doc(paths.account(accountId));
    await acquireLease(db, accountId, scene.hostId);
    await document.update({ limits: { tomorrow: true } });
    const before = await document.get();
    const ownership = open();
    ownership.follow(accountId, before.data());
    await until(() => scene.others.includes(accountId));
    await until(() => !ownership.isMoving());
    assert.deepEqual((await document.get()).updateTime, before.updateTime);
    await document.update({ limits: DEFAULT_LIMITS });
    ownership.follow(accountId, (await document.get()).data());
    await until(() => ownership.owned().has(accountId));
  });

  it('is looked at once each time, and not at once again, while nobody can tell whose it is', async () => {
    const accountId = await newFreeAccount();
    const away = { is: false, reads: 0 };
    const lease = paths.lease(accountId);
    const get = async (): Promise<never> => {
      away.reads += 1;
      await delay(0);
      throw new Error('7 PERMISSION_DENIED');
    };
    const doc = (path: string): DocumentReference =>
      away.is && path === lease ? altered(db.doc(path), { get }) : db.doc(path);
    const ownership = open({ db: altered(db, { doc }) });
    ownership.consider([accountId]);
    await until(() => ownership.owned().has(accountId));
    const data = (await db.doc(paths.account(accountId)).get()).data();
    away.is = true;
    ownership.fenceAll();
    ownership.follow(accountId, data);
    await until(() => away.reads > 0);
    // Turns enough for others to follow it.
    for (let turn = 0; turn < 20; turn += 1) await delay(0);
    assert.equal(away.reads, 1);
    away.is = false;
    await until(() => {
      ownership.consider([]);
      return ownership.owned().has(accountId);
    });
  });

  it('is not what another living host has, and that is told', async () => {
    const accountId = await newFreeAccount();
    const other = freshId('other');
    await beat(db, other);
    const acquired = await acquireLease(db, accountId, other);
    const ownership = open();
    ownership.consider([accountId]);
    await until(() => scene.others.includes(accountId));
    assert.equal(scene.runs.length, 0);
    assert.ok(await holdsLease(db, accountId, other, acquired?.lease.epoch ?? 0));
  });

  it('is never more than there is room for, though the first of it takes long to begin', async () => {
    const [one, two] = [await newFreeAccount(), await newFreeAccount()];
    const begin = Promise.withResolvers<undefined>();
    const ownership = open({
      capacity: 1,
      // Another goes first for one of them, and does not take it; that second nobody waits here.
      candidates: () => [{ hostId: 'a', accounts: 0, capacity: CAPACITY }],
      clock: { ...systemClock, after: (delayMs, task) => systemClock.after(delayMs > 1_000 ? delayMs : 0, task) },
      run: async (taken) => {
        scene.runs.push(taken);
        await begin.promise;
        return fakeRunning(scene.ends, taken.accountId);
      },
    });
    ownership.consider([one, two]);
    await until(() => scene.runs.length > 0);
    begin.resolve(undefined);
    await until(() => !ownership.isMoving());
    assert.equal(ownership.owned().size, 1);
  });
});
