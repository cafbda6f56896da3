import { NO_COUNTS, type BulkState } from '@switchboard/contract/bulk';
import { errorOf } from '@switchboard/contract/failure';
import { outboxStatusSchema } from '@switchboard/contract/outbox';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decideProgress, windowOf } from './decide-progress.ts';

const waiting = (id: string, isOptedOut = false) => ({
  recipientId: id,
  recipient: { phoneE164: '+40712345678', variables: { name: 'Ana' } },
  isOptedOut,
});
const bulk = (state: BulkState, counts: Partial<typeof NO_COUNTS>) => ({
  state,
  counts: { ...NO_COUNTS, ...counts },
  template: 'Hello {{name}}',
});

describe('the progress of a bulk send', () => {
  it('hands over who waits, but not who opted out', () => {
    const progress = decideProgress(bulk('running', { waiting: 3 }), [], [waiting('a'), waiting('b', true)]);
    assert.deepEqual(progress.counts, { ...NO_COUNTS, waiting: 1, handed_over: 1, skipped: 1 });
    assert.equal(progress.changes[0]?.entry?.text, 'Hello Ana');
    assert.equal(progress.changes[1]?.error?.code, 'opted_out');
  });

  it('hands over nobody once it is paused or to be cancelled', () => {
    for (const state of ['paused', 'cancelling', 'cancelled', 'done'] as const) {
      const progress = decideProgress(bulk(state, { waiting: 1, handed_over: 1 }), [], [waiting('a')]);
      assert.deepEqual(progress.changes, []);
    }
  });

  it('is done when everybody has an end, and cancelled when nobody is under way', () => {
    const last = [{ recipientId: 'a', status: 'sent', error: null }] as const;
    assert.equal(decideProgress(bulk('running', { handed_over: 1 }), last, []).state, 'done');
    assert.equal(decideProgress(bulk('running', { handed_over: 1, waiting: 1 }), last, []).state, 'running');
    assert.equal(decideProgress(bulk('cancelling', { handed_over: 1, waiting: 9 }), last, []).state, 'cancelled');
    assert.equal(decideProgress(bulk('paused', { handed_over: 1 }), last, []).state, 'paused');
  });

  it('tells someone who opted out meanwhile from a failure', () => {
    const error = errorOf('opted_out', '', 'toPhone');
    const ends = (['rejected', 'cancelled'] as const).map((status) => ({ recipientId: status, status, error }));
    const { counts } = decideProgress(bulk('running', { handed_over: 2 }), ends, []);
    assert.deepEqual(counts, { ...NO_COUNTS, skipped: 2 });
  });

  it('never loses count of a recipient', () => {
    const entry = fc.record({
      recipientId: fc.uuid(),
      status: fc.option(fc.constantFrom(...outboxStatusSchema.options), { nil: null }),
      error: fc.constant(null),
    });
    const state = fc.constantFrom<BulkState>('running', 'paused', 'cancelling');
    const lists = [
      fc.uniqueArray(entry, { selector: ({ recipientId }) => recipientId }),
      fc.array(fc.boolean()),
    ] as const;
    fc.assert(
      fc.property(state, ...lists, (from, handed, left) => {
        const given = bulk(from, { waiting: left.length, handed_over: handed.length });
        const { counts } = decideProgress(
          given,
          handed,
          left.map((isOptedOut, index) => waiting(`w${String(index)}`, isOptedOut)),
        );
        const sum = Object.values(counts).reduce((total, count) => total + count, 0);
        return sum === left.length + handed.length && Object.values(counts).every((count) => count >= 0);
      }),
    );
  });

  it('keeps in the outbox what the account sends in about two minutes', () => {
    assert.deepEqual([null, 0, 1, 30, 1_000].map(windowOf), [60, 400, 10, 60, 400]);
  });
});
