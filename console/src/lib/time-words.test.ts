import assert from 'node:assert/strict';
import { clockWords, durationWords, momentWords, relativeWords } from './time-words.ts';

const NOW = Date.UTC(2026, 10, 20, 12, 0);

describe('moments in words', () => {
  it('say how long ago in the largest unit that fits', () => {
    assert.equal(relativeWords(NOW - 400, NOW, 'en'), 'now');
    assert.equal(relativeWords(NOW - 59_000, NOW, 'en'), '59 seconds ago');
    assert.equal(relativeWords(NOW - 5 * 60_000, NOW, 'en'), '5 minutes ago');
    assert.equal(relativeWords(NOW + 2 * 3_600_000, NOW, 'en'), 'in 2 hours');
    assert.equal(relativeWords(NOW - 25 * 3_600_000, NOW, 'en'), 'yesterday');
  });

  it('say it in Romanian', () => {
    assert.equal(relativeWords(NOW - 5 * 60_000, NOW, 'ro'), 'acum 5 minute');
  });

  it('name the year only where it is another one', () => {
    assert.doesNotMatch(momentWords(NOW, NOW, 'en'), /2026/);
    assert.match(momentWords(Date.UTC(2025, 0, 5), NOW, 'en'), /2025/);
  });

  it('say how long something lasts, never less than nothing', () => {
    assert.equal(durationWords(3 * 60_000 + 20_000, 'en'), '3 min');
    assert.equal(durationWords(-5_000, 'en'), '0 sec');
  });

  it('count down to nothing and not below', () => {
    assert.equal(clockWords(65), '1:05');
    assert.equal(clockWords(0.2), '0:01');
    assert.equal(clockWords(-3), '0:00');
  });
});
