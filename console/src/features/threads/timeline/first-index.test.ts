import assert from 'node:assert/strict';
import fc from 'fast-check';
import { firstIndexOf } from './first-index.ts';
import { message } from './sample-messages.ts';
import { shownMessages } from './shown-message.ts';
import { timelineRows } from './timeline-rows.ts';

const rowsFrom = (minutes: readonly number[]) => {
  const messages = minutes.map((minute) => message(`m${String(minute)}`, { minute }));
  return timelineRows(shownMessages({ messages, own: [], uid: 'me', dismissed: new Set() }), null);
};

describe('the place in a thread', () => {
  it('is kept while older messages come before it, whatever day lines that adds', () => {
    const minutes = fc.uniqueArray(fc.nat(20_000), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(minutes, fc.nat(), (all, cut) => {
        const sorted = [...all].sort((a, b) => a - b);
        const at = 1 + (cut % (sorted.length - 1));
        const anchor = `m${String(sorted[at])}`;
        const before = rowsFrom(sorted.slice(at));
        const after = rowsFrom(sorted);
        const indexIn = (rows: typeof before) =>
          firstIndexOf(rows, anchor) + rows.findIndex(({ key }) => key === anchor);
        assert.equal(indexIn(after), indexIn(before));
      }),
    );
  });
});
