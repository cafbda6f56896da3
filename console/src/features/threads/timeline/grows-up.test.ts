import assert from 'node:assert/strict';
import fc from 'fast-check';
import { growsUp } from './grows-up.ts';
import { message } from './sample-messages.ts';
import { shownMessages } from './shown-message.ts';
import { timelineRows } from './timeline-rows.ts';

const rowsFrom = (minutes: readonly number[]) => {
  const messages = minutes.map((minute) => message(`m${String(minute)}`, { minute }));
  return timelineRows(shownMessages({ messages, own: [], uid: 'me', dismissed: new Set() }), null);
};
const minutes = fc
  .uniqueArray(fc.nat(20_000), { minLength: 3, maxLength: 60 })
  .map((all) => [...all].sort((a, b) => a - b));

describe('a thread', () => {
  it('grows at its top when two or more older messages come, whatever day lines that adds or takes', () => {
    fc.assert(
      fc.property(minutes, fc.nat(), (all, cut) => {
        const at = 2 + (cut % (all.length - 2));
        assert.equal(growsUp(rowsFrom(all.slice(at)), rowsFrom(all)), true);
      }),
    );
  });

  it('does not when newer ones come, nor when nothing does', () => {
    fc.assert(
      fc.property(minutes, fc.nat(), (all, cut) => {
        const upTo = 1 + (cut % all.length);
        assert.equal(growsUp(rowsFrom(all.slice(0, upTo)), rowsFrom(all)), false);
      }),
    );
  });

  it('does not when it was empty', () => {
    assert.equal(growsUp([], rowsFrom([1, 2])), false);
  });
});
