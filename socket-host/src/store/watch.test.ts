import assert from 'node:assert/strict';
import { paths } from '@switchboard/contract/paths';
import { altered } from '../altered.ts';
import { handClock } from '../hand-clock.ts';
import { emulatedFirestore, freshId } from './emulator.ts';
import { watchQuery } from './watch.ts';

describe('a listener', () => {
  const db = emulatedFirestore();

  it('that is never answered is set up again, and then tells what there is', async () => {
    const accountId = freshId('account');
    await db.doc(paths.account(accountId)).set({ name: accountId });
    const real = db.collection('accounts').where('name', '==', accountId);
    let subscriptions = 0;
    const query = altered(real, {
      onSnapshot: (...listeners) => {
        subscriptions += 1;
        return subscriptions === 1 ? () => undefined : real.onSnapshot(...listeners);
      },
    });
    const clock = handClock();
    const reasons: string[] = [];
    const current = Promise.withResolvers<undefined>();
    const told: string[] = [];
    const stop = watchQuery(
      query,
      {
        onChanged: ({ id }) => told.push(id),
        onCurrent: () => {
          current.resolve(undefined);
        },
        onBroken: ({ message }) => reasons.push(message),
      },
      clock,
    );
    // Until it is given up, and until the next try.
    clock.advance(15_000);
    clock.advance(500);
    await current.promise;
    assert.deepEqual([told, reasons], [[accountId], ['no answer in 15 s']]);
    clock.advance(600_000);
    stop();
    assert.equal(subscriptions, 2, 'an answered one was set up again');
  });
});
