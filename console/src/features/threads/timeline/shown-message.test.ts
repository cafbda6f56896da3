import assert from 'node:assert/strict';
import { errorOf } from '@switchboard/contract/failure';
import { waMessageIdOf } from '@switchboard/contract/ids';
import { entry, message, minuteOf } from './sample-messages.ts';
import { shownMessages } from './shown-message.ts';

type Parts = Parameters<typeof shownMessages>[0];
const shown = (parts: Partial<Parts>) =>
  shownMessages({ messages: [], own: [], uid: 'me', dismissed: new Set(), ...parts });
const ids = (parts: Partial<Parts>) => shown(parts).map(({ id }) => id);
const idOf = (requestId: string) => waMessageIdOf('account_demo_1', requestId);

describe('what was just written', () => {
  it('is in sight before the server knows of it, after what was there', () => {
    const parts = { messages: [message('m1', { minute: 1 })], own: [entry('r1', { minute: 2 })] };
    assert.deepEqual(ids(parts), ['m1', idOf('r1')]);
    assert.equal(shown(parts)[1]?.status, 'queued');
  });

  it('is one bubble, not two, once its message is there', () => {
    const stored = message(idOf('r1'), { minute: 2, direction: 'outbound', outboxId: 'r1' });
    assert.deepEqual(ids({ messages: [stored], own: [entry('r1', { status: 'routed', minute: 2 })] }), [idOf('r1')]);
  });

  it('says why when it was refused, until it is put away', () => {
    const refused = entry('r1', { status: 'rejected', error: errorOf('opted_out') });
    assert.equal(shown({ own: [refused] })[0]?.error?.code, 'opted_out');
    assert.deepEqual(ids({ own: [refused], dismissed: new Set(['r1']) }), []);
  });

  it('is gone when it was cancelled before it became a message', () => {
    assert.deepEqual(ids({ own: [entry('r1', { status: 'cancelled' })] }), []);
  });

  it('shows what it answers', () => {
    const quoting = entry('r1', { payload: { kind: 'text', text: 'yes', quotedId: 'm1' }, minute: 2 });
    const [, answer] = shown({ messages: [message('m1', { body: 'open today?' })], own: [quoting] });
    assert.equal(answer?.quoted?.body, 'open today?');
  });

  it('waits out of sight while the part of the thread it belongs to is not loaded', () => {
    const old = entry('r1', { status: 'rejected', minute: 1 });
    assert.deepEqual(ids({ messages: [message('m9', { minute: 9 })], own: [old] }), ['m9']);
  });

  it('knows when it is to be sent', () => {
    const later = minuteOf(90);
    const stored = message(idOf('r1'), { direction: 'outbound', status: 'queued', outboxId: 'r1' });
    const [waiting] = shown({ messages: [stored], own: [entry('r1', { status: 'scheduled', sendAt: later })] });
    assert.equal(waiting?.sendAt, later);
  });
});

describe('a change that is on its way', () => {
  const target = message('m1', { direction: 'outbound', body: 'tommorow' });

  it('is shown as done, and as unconfirmed', () => {
    const own = [entry('e1', { payload: { kind: 'edit', targetId: 'm1', text: 'tomorrow' } })];
    const [edited] = shown({ messages: [target], own });
    assert.equal(edited?.body, 'tomorrow');
    assert.deepEqual(edited.change, { kind: 'edit', outboxId: 'e1', error: null });
  });

  it('makes no bubble of its own', () => {
    assert.deepEqual(ids({ messages: [target], own: [entry('d1', { payload: { kind: 'delete', targetId: 'm1' } })] }), [
      'm1',
    ]);
  });

  it('is taken back in sight when it is refused, and says why', () => {
    const error = errorOf('edit_window_passed');
    const own = [entry('e1', { payload: { kind: 'edit', targetId: 'm1', text: 'x' }, status: 'rejected', error })];
    const [kept] = shown({ messages: [target], own });
    assert.equal(kept?.body, 'tommorow');
    assert.equal(kept.change?.error, error);
  });

  it('of a colleague is shown from the message itself', () => {
    const pendingChange = {
      kind: 'reaction',
      outboxId: 'x',
      at: minuteOf(1),
      emoji: '👍',
      text: null,
      error: null,
    } as const;
    const [reacted] = shown({ messages: [message('m1', { pendingChange })] });
    assert.deepEqual(reacted?.reactions, [{ emoji: '👍', count: 1, isOurs: true }]);
  });

  it('that failed is shown with its reason until somebody puts it away', () => {
    const error = errorOf('edit_window_passed');
    const pendingChange = { kind: 'edit', outboxId: 'x', at: minuteOf(1), emoji: null, text: 'b', error } as const;
    const messages = [message('m1', { pendingChange })];
    assert.deepEqual(shown({ messages })[0]?.change?.error, error);
    assert.equal(shown({ messages, dismissed: new Set(['x']) })[0]?.change, null);
    // What is still under way is not put away with it.
    const underWay = [message('m1', { pendingChange: { ...pendingChange, error: null } })];
    assert.equal(shown({ messages: underWay, dismissed: new Set(['x']) })[0]?.body, 'b');
  });

  it('of the same message: the newest counts', () => {
    const react = (id: string, emoji: string | null, minute: number) =>
      entry(id, { payload: { kind: 'reaction', targetId: 'm1', emoji }, minute });
    const [reacted] = shown({ messages: [target], own: [react('b', null, 2), react('a', '👍', 1)] });
    assert.deepEqual(reacted?.reactions, []);
  });

  it('that failed is forgotten once a newer one is done', () => {
    const edit = (id: string, status: 'failed' | 'sent', minute: number) =>
      entry(id, { payload: { kind: 'edit', targetId: 'm1', text: id }, status, minute, error: errorOf('internal') });
    const [kept] = shown({ messages: [target], own: [edit('b', 'sent', 2), edit('a', 'failed', 1)] });
    assert.equal(kept?.change, null);
  });

  it('that is done is not laid over what came later', () => {
    const own = [entry('e1', { payload: { kind: 'edit', targetId: 'm1', text: 'old' }, status: 'sent' })];
    assert.equal(shown({ messages: [target], own })[0]?.body, 'tommorow');
  });
});

describe('reactions', () => {
  it('of several people are counted by emoji', () => {
    const by = (who: string, emoji: string) => [who, { emoji, by: who, at: minuteOf(0) }];
    const reactions = Object.fromEntries([by('us', '❤️'), by('1@lid', '❤️'), by('2@lid', '😂')]) as never;
    const [reacted] = shown({ messages: [message('m1', { reactions })] });
    assert.deepEqual(reacted?.reactions, [
      { emoji: '❤️', count: 2, isOurs: true },
      { emoji: '😂', count: 1, isOurs: false },
    ]);
    assert.equal(reacted.ourReaction, '❤️');
  });
});
