import assert from 'node:assert/strict';
import { localInputOf, sendTimes } from './send-times.ts';

const offered = (now: Date) => sendTimes(now).map(({ id, at }) => `${id} ${localInputOf(at)}`);

describe('the times for sending later', () => {
  it('are an hour from now, this evening, tomorrow morning and Monday', () => {
    assert.deepEqual(offered(new Date(2026, 10, 20, 10, 15)), [
      'inAnHour 2026-11-20T11:15',
      'thisEvening 2026-11-20T18:00',
      'tomorrow 2026-11-21T09:00',
      'monday 2026-11-23T09:00',
    ]);
  });

  it('leave out an evening that is over, and a Monday that is tomorrow', () => {
    assert.deepEqual(offered(new Date(2026, 10, 22, 17, 30)), [
      'inAnHour 2026-11-22T18:30',
      'tomorrow 2026-11-23T09:00',
    ]);
  });

  it('on a Monday mean the next one', () => {
    assert.ok(offered(new Date(2026, 10, 23, 8)).includes('monday 2026-11-30T09:00'));
  });

  it('are always in the future', () => {
    for (let hour = 0; hour < 24 * 8; hour += 1) {
      const now = new Date(2026, 10, 20, hour);
      assert.ok(sendTimes(now).every(({ at }) => at > now));
    }
  });
});
