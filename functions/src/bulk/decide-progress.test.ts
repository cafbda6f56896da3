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
  error: null,
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

  it('hands over nobody while something stands in the way, and is paused with the reason', () => {
    const obstacle = errorOf('sender_not_allowed', 'they cannot sign in any more', 'sentBy');
    const last = [{ recipientId: 'a', status: 'sent', error: null }] as const;
    const progress = decideProgress(bulk('running', { handed_over: 1, waiting: 1 }), last, [waiting('b')], obstacle);
    assert.equal(progress.state, 'paused');
    assert.equal(progress.error, obstacle);
    assert.deepEqual(progress.counts, { ...NO_COUNTS, sent: 1, waiting: 1 });
  });

  it('keeps its reason until somebody steers it, and gets none for what a person did', () => {
    const error = errorOf('sender_not_allowed', 'they cannot sign in any more', 'sentBy');
    const paused = { ...bulk('paused', { waiting: 1 }), error };
    assert.equal(decideProgress(paused, [], []).error, error);
    const byAPerson = decideProgress(bulk('paused', { waiting: 1 }), [], [], errorOf('unknown_account', 'a'));
    assert.deepEqual([byAPerson.state, byAPerson.error], ['paused', null]);
  });

  it('is cancelled once its account is deleted, also while it is paused', () => {
    const deleted = errorOf('account_deleted', '', 'accountId');
    for (const state of ['running', 'paused'] as const) {
      const underWay = decideProgress(bulk(state, { handed_over: 1, waiting: 1 }), [], [], deleted);
      assert.deepEqual([underWay.state, underWay.error], ['cancelling', deleted]);
      const atRest = decideProgress(bulk(state, { waiting: 1 }), [], [], deleted);
      assert.deepEqual([atRest.state, atRest.error], ['cancelled', deleted]);
    }
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
    const obstacle = fc.constantFrom(null, errorOf('account_deleted'), errorOf('sender_not_allowed'));
    const lists = [
      fc.uniqueArray(entry, { selector: ({ recipientId }) => recipientId }),
      fc.array(fc.boolean()),
    ] as const;
    fc.assert(
      fc.property(state, obstacle, ...lists, (from, inTheWay, handed, left) => {
        const given = bulk(from, { waiting: left.length, handed_over: handed.length });
        const { counts } = decideProgress(
          given,
          handed,
          left.map((isOptedOut, index) => waiting(`w${String(index)}`, isOptedOut)),
          inTheWay,
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
