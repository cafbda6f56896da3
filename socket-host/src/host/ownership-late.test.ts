import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { paths } from '@switchboard/contract/paths';
import type { DocumentSnapshot } from 'firebase-admin/firestore';
import { altered } from '../altered.ts';
import { handClock } from '../hand-clock.ts';
import { acquireLease } from '../store/leases.ts';
import { ownershipScene, until } from './ownership-scene.ts';

describe('an account that a host takes by a call it gave up on', () => {
  const scene = ownershipScene();
  const { db, newFreeAccount, open } = scene;

  async function epochOf(accountId: string): Promise<unknown> {
    return (await db.doc(paths.lease(accountId)).get()).get('epoch');
  }

  it('is not taken from the same host, which runs it by now, when that call is answered at last', async () => {
    const accountId = await newFreeAccount();
    const clock = handClock();
    const answered = Promise.withResolvers<undefined>();
    const reads: Promise<DocumentSnapshot[]>[] = [];
    let batches = 0;
    const ownership = open({
      clock,
      db: altered(db, {
        getAll: (...references) => {
          const isFirst = reads.length === 0;
          const read = isFirst ? answered.promise.then(() => db.getAll(...references)) : db.getAll(...references);
          reads.push(read);
          return read;
        },
        batch: () => {
          batches += 1;
          return db.batch();
        },
      }),
    });
    const consider = (): void => {
      ownership.consider([accountId]);
      clock.advance(0);
    };
    consider();
    await until(() => reads.length === 1);
    clock.advance(10_000);
    await until(() => {
      consider();
      return ownership.owned().has(accountId);
    });
    answered.resolve(undefined);
    await reads[0];
    // Whatever follows from it has begun.
    await delay(0);
    assert.deepEqual([reads.length, batches, await epochOf(accountId)], [2, 1, 1]);
  });

  it('is run when that call lands late, though there is no room any more', async () => {
    const accountId = await newFreeAccount();
    const ownership = open({ capacity: 0 });
    await acquireLease(db, accountId, scene.hostId);
    ownership.follow(accountId, (await db.doc(paths.account(accountId)).get()).data());
    await until(() => ownership.owned().has(accountId));
    assert.deepEqual([scene.runs.length, await epochOf(accountId)], [1, 2]);
  });

  for (const how of ['looked at', 'given back'] as const) {
    it(`is run anew when that is found as it is ${how}`, async () => {
      const accountId = await newFreeAccount();
      const ownership = open();
      ownership.consider([accountId]);
      await until(() => ownership.owned().has(accountId));
      await acquireLease(db, accountId, scene.hostId);
      await (how === 'looked at' ? ownership.verify(accountId) : ownership.release(accountId));
      assert.equal(ownership.owned().size, 0);
      await until(() => {
        ownership.consider([]);
        return ownership.owned().has(accountId);
      });
      assert.deepEqual([scene.runs.length, await epochOf(accountId)], [2, 3]);
    });
  }
});
