import { Timestamp } from 'firebase-admin/firestore';
import assert from 'node:assert/strict';
import { decideTiming, MAX_AGE_MS } from './timing.ts';

const NOW = 1_800_000_000_000;
const at = (ms: number) => Timestamp.fromMillis(NOW + ms);

describe('the timing of an outbox entry', () => {
  const sendAtOf = (aheadMs: number) => {
    const timing = decideTiming({ createdAt: at(0), sendAt: at(aheadMs) }, NOW);
    return timing.kind === 'ok' ? (timing.sendAt?.toMillis() ?? 'at once') : timing.error.field;
  };

  it('is at once when it names no time, one that is past, or one that is near', () => {
    assert.deepEqual(decideTiming({ createdAt: at(0) }, NOW), { kind: 'ok', sendAt: null });
    assert.equal(sendAtOf(-3_600_000), 'at once');
    assert.equal(sendAtOf(30_000), 'at once');
  });

  it('is kept when it is ahead, for up to a year', () => {
    assert.equal(sendAtOf(30_001), NOW + 30_001);
    assert.equal(sendAtOf(365 * 24 * 3_600_000), NOW + 365 * 24 * 3_600_000);
    assert.equal(sendAtOf(367 * 24 * 3_600_000), 'sendAt');
  });

  it('is too late a day after the entry was written', () => {
    assert.equal(decideTiming({ createdAt: at(-MAX_AGE_MS) }, NOW).kind, 'ok');
    const late = decideTiming({ createdAt: at(-MAX_AGE_MS - 1), sendAt: at(60_000) }, NOW);
    assert.ok(late.kind === 'refused' && late.error.code === 'too_late' && late.error.field === 'createdAt');
  });
});
