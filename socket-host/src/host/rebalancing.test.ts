import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { handClock } from '../hand-clock.ts';
import type { LivingHost } from '../store/leases.ts';
import { Rebalancing } from './rebalancing.ts';

const EVERY_MS = 5_000;

describe('giving accounts to hosts that joined', () => {
  /** @param others what the other host's heartbeat says that it has, at each look. */
  async function givenAt(own: number, others: readonly number[]): Promise<boolean[]> {
    const clock = handClock();
    const given: boolean[] = [];
    let look = -1;
    let accounts = own;
    const rebalancing = new Rebalancing({
      clock,
      everyMs: EVERY_MS,
      fleet: {
        look: () => {
          look += 1;
          return Promise.resolve();
        },
        candidates: (): LivingHost[] => [
          {
            hostId: 'other',
            accounts: others[look] ?? 0,
            capacity: 10,
            state: 'running',
            isFenced: false,
            leaseLeftMs: 10_000,
          },
        ],
      },
      load: () => ({ hostId: 'self', accounts, capacity: 10 }),
      choose: () => 'an account',
      release: () => {
        accounts -= 1;
        given[look] = true;
        return Promise.resolve();
      },
      onFailed: assert.ifError,
    });
    rebalancing.start();
    while (look < others.length - 1) {
      given[look + 1] = false;
      clock.advance(EVERY_MS);
      await setImmediate();
    }
    rebalancing.stop();
    return given;
  }

  it('begins at the second look that finds too much, and goes on to the fair share', async () => {
    assert.deepEqual(await givenAt(4, [0, 0, 1, 2, 2]), [false, true, true, false, false]);
  });

  it('takes nothing for uneven that a heartbeat did not say yet', async () => {
    assert.deepEqual(await givenAt(2, [0, 2, 2, 2]), [false, false, false, false]);
  });

  it('forgets what it saw once when the next look is even', async () => {
    assert.deepEqual(await givenAt(2, [0, 2, 0, 2, 2]), [false, false, false, false, false]);
  });
});
