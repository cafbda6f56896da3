import assert from 'node:assert/strict';
import { dayName, daysBetween, shortMoment } from './moments.ts';

const now = new Date(2026, 10, 20, 9, 30);
const words = { today: 'Today', yesterday: 'Yesterday' };

describe('moments', () => {
  it('of today are a time, of yesterday a word, then a weekday, then a date', () => {
    const short = (date: Date) => shortMoment(date, now, 'en-GB', 'Yesterday');
    assert.equal(short(new Date(2026, 10, 20, 0, 5)), '00:05');
    assert.equal(short(new Date(2026, 10, 19, 23, 55)), 'Yesterday');
    assert.equal(short(new Date(2026, 10, 16, 12, 0)), 'Mon');
    assert.equal(short(new Date(2026, 9, 3, 12, 0)), '3 Oct');
    assert.equal(short(new Date(2025, 9, 3, 12, 0)), '03/10/2025');
  });

  it('count days by midnights, whatever the clock does', () => {
    assert.equal(daysBetween(new Date(2026, 9, 24, 23, 0), new Date(2026, 9, 26, 1, 0)), 2);
    assert.equal(daysBetween(new Date(2026, 10, 20, 23, 59), now), 0);
  });

  it('name the days of a thread', () => {
    assert.equal(dayName(now, now, 'en-GB', words), 'Today');
    assert.equal(dayName(new Date(2026, 10, 14), now, 'en-GB', words), 'Saturday 14 November');
    assert.equal(dayName(new Date(2024, 1, 29), now, 'ro', words), 'joi, 29 februarie 2024');
  });
});
