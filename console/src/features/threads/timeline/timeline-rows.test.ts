import assert from 'node:assert/strict';
import { message } from './sample-messages.ts';
import { shownMessages } from './shown-message.ts';
import { isAnswered, newSinceOf, timelineRows, type NewSince } from './timeline-rows.ts';

type Given = Parameters<typeof message>;
const shown = (...given: Given[]) =>
  shownMessages({ messages: given.map((one) => message(...one)), own: [], uid: 'me', dismissed: new Set() });
const DAY = 24 * 60;

/** The rows as one reads them: `|` a day, `*` the line above what is new, `[` and `]` where a group begins and ends. */
function drawn(messages: ReturnType<typeof shown>, newSince: NewSince | null = null): string {
  return timelineRows(messages, newSince)
    .map((row) => {
      if (row.kind === 'beginning') return '^';
      if (row.kind === 'day') return '|';
      if (row.kind === 'new') return `*${String(row.count)}`;
      return `${row.startsGroup ? '[' : ''}${row.key}${row.endsGroup ? ']' : ''}`;
    })
    .join(' ');
}

describe('the rows of a thread', () => {
  it('have a line above each day', () => {
    assert.equal(
      drawn(shown(['a', { minute: 0 }], ['b', { minute: DAY }], ['c', { minute: DAY + 1 }])),
      '| [a] | [b c]',
    );
  });

  it('group what one sender wrote within minutes', () => {
    const rows = shown(['a', { minute: 0 }], ['b', { minute: 4 }], ['c', { minute: 12 }]);
    assert.equal(drawn(rows), '| [a b] [c]');
  });

  it('part customers from us, and one colleague from another', () => {
    const rows = shown(
      ['a'],
      ['b', { minute: 1, direction: 'outbound', createdBy: 'ana' }],
      ['c', { minute: 2, direction: 'outbound', createdBy: 'dan' }],
    );
    assert.equal(drawn(rows), '| [a] [b] [c]');
  });

  it('have a line above the first new message, which parts a group', () => {
    const rows = shown(['a', { minute: 0 }], ['b', { minute: 1 }]);
    assert.equal(drawn(rows, { messageId: 'b', count: 1 }), '| [a] *1 [b]');
  });

  it('say where the thread begins, once that is known', () => {
    const [first] = timelineRows(shown(['a']), null, true);
    assert.equal(first?.kind, 'beginning');
  });

  it('have unique keys, also when a day comes back', () => {
    const keys = timelineRows(shown(['a'], ['b', { minute: DAY }]), null).map(({ key }) => key);
    assert.equal(new Set(keys).size, keys.length);
  });
});

describe('the first new message', () => {
  const messages = shown(
    ['a'],
    ['us', { minute: 1, direction: 'outbound' }],
    ['b', { minute: 2 }],
    ['c', { minute: 3 }],
  );

  it('is counted back over what the customer wrote', () => {
    assert.deepEqual(newSinceOf(messages, 2), { messageId: 'b', count: 2 });
    assert.deepEqual(newSinceOf(messages, 3), { messageId: 'a', count: 3 });
  });

  it('is the oldest in sight when there are more than that', () => {
    assert.deepEqual(newSinceOf(messages, 80), { messageId: 'a', count: 80 });
  });

  it('is of no more interest once it was answered', () => {
    assert.equal(isAnswered(messages, { messageId: 'a', count: 3 }), true);
    assert.equal(isAnswered(messages, { messageId: 'b', count: 2 }), false);
  });

  it('is none when all was read', () => {
    assert.equal(newSinceOf(messages, 0), null);
    assert.equal(newSinceOf([], 3), null);
  });
});
