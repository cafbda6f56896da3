import assert from 'node:assert/strict';
import { handClock } from '../hand-clock.ts';
import { StoringLine } from './storing-line.ts';

describe('the line of messages to be stored', () => {
  it('stores one at a time, and what comes now waits for one of the past at most', async () => {
    const line = new StoringLine(handClock());
    const seen: string[] = [];
    let storing = 0;
    const add = (name: string, isPast: boolean, meanwhile?: () => void): Promise<unknown> =>
      line.add(isPast, async () => {
        storing += 1;
        assert.equal(storing, 1, 'another one is being stored');
        meanwhile?.();
        await new Promise(setImmediate);
        seen.push(name);
        storing -= 1;
      });
    void add('past 1', true, () => {
      void add('now 1', false);
      void add('now 2', false);
    });
    void add('past 2', true, () => void add('now 3', false));
    void add('past 3', true);
    await line.drain();
    assert.deepEqual(seen, ['past 1', 'now 1', 'now 2', 'past 2', 'now 3', 'past 3']);
  });

  it('is idle when all of both kinds is stored and no more of the past comes, and drained no sooner than that is stored', async () => {
    const clock = handClock();
    const line = new StoringLine(clock);
    for (const kinds of [[true, true], [false], [true, false]]) {
      for (const isPast of kinds) void line.add(isPast, () => new Promise(setImmediate));
      clock.advance(15_000);
      assert.equal(line.isIdle(), false);
      await line.drain();
      assert.equal(line.isIdle(), true);
    }
    line.expectPast();
    clock.advance(14_999);
    assert.equal(line.isIdle(), false);
    clock.advance(1);
    assert.equal(line.isIdle(), true);
  });
});
