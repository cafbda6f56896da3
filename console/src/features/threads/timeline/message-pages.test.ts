import assert from 'node:assert/strict';
import { noPages, withChanged, withNewest, withOlder, type MessagePages } from './message-pages.ts';
import { message } from './sample-messages.ts';

const idsOf = ({ messages }: MessagePages) => messages.map(({ id }) => id).join(' ');
/** As a live query hands them out: newest first. */
const window = (...ids: number[]) => ids.map((n) => message(`m${String(n)}`, { minute: n })).reverse();

describe('the messages in memory', () => {
  it('are in the order of the thread, oldest first', () => {
    assert.equal(idsOf(withNewest(noPages('t'), window(1, 2, 3), true)), 'm1 m2 m3');
  });

  it('keep what the live window drops when newer ones come', () => {
    const first = withNewest(noPages('t'), window(1, 2, 3), false);
    assert.equal(idsOf(withNewest(first, window(2, 3, 4), false)), 'm1 m2 m3 m4');
  });

  it('take older pages before them, and know when there are no more', () => {
    const newest = withNewest(noPages('t'), window(5, 6), false);
    const more = withOlder(newest, window(3, 4), false);
    assert.equal(idsOf(more), 'm3 m4 m5 m6');
    assert.equal(more.isComplete, false);
    assert.equal(withOlder(more, window(1), true).isComplete, true);
  });

  it('do not let a page bring back an older state of a message', () => {
    const live = withNewest(noPages('t'), [message('m1', { minute: 1, body: 'new' })], false);
    const [kept] = withOlder(live, [message('m1', { minute: 1, body: 'old' })], false).messages;
    assert.equal(kept?.body, 'new');
  });

  it('are given up where a window comes back too far ahead to join them', () => {
    const before = withNewest(noPages('t'), window(1, 2, 3), true);
    const after = withNewest(before, window(70, 71), false);
    assert.equal(idsOf(after), 'm70 m71');
    assert.equal(after.isComplete, false);
  });

  it('show a message anew that was changed far up', () => {
    const pages = withNewest(noPages('t'), window(1, 2), true);
    const changed = withChanged(pages, [message('m1', { minute: 1, body: 'edited' }), message('m9', { minute: 9 })]);
    assert.equal(changed.messages[0]?.body, 'edited');
    assert.equal(idsOf(changed), 'm1 m2');
    assert.equal(withChanged(pages, [message('m9', { minute: 9 })]), pages);
  });

  it('that were written in the same instant keep one order', () => {
    const same = [message('b', { minute: 1 }), message('a', { minute: 1 })];
    assert.equal(idsOf(withNewest(noPages('t'), same, true)), 'a b');
  });
});
