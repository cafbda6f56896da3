import assert from 'node:assert/strict';
import { countsWhileWriting, notationOf, SHORTCUTS, shortcutOf, type KeyPress } from './shortcuts.ts';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe('shortcuts', () => {
  it('are the same with Ctrl and with ⌘', () => {
    assert.equal(shortcutOf(press('k', { ctrlKey: true }), null), 'search');
    assert.equal(shortcutOf(press('k', { metaKey: true }), null), 'search');
  });

  it('know a character by itself, however it is typed on this keyboard', () => {
    assert.equal(shortcutOf(press('?', { shiftKey: true }), null), 'help');
  });

  it('of two keys need both, in order', () => {
    assert.equal(shortcutOf(press('a'), 'g'), 'goAccounts');
    assert.equal(shortcutOf(press('a'), null), 'assignToMe');
    assert.equal(shortcutOf(press('g'), null), null);
  });

  it('are not set off by other modifiers', () => {
    assert.equal(shortcutOf(press('n', { ctrlKey: true }), null), null);
    assert.equal(shortcutOf(press('ArrowDown'), null), null);
    assert.equal(notationOf(press('Enter', { shiftKey: true })), 'Shift+Enter');
  });

  it('never take a letter from somebody who writes', () => {
    assert.equal(countsWhileWriting('newThread'), false);
    assert.equal(countsWhileWriting('help'), false);
    assert.equal(countsWhileWriting('nextThread'), true);
    assert.equal(countsWhileWriting('back'), true);
  });

  it('mean one thing each', () => {
    const keys = Object.values(SHORTCUTS);
    assert.equal(new Set(keys).size, keys.length);
  });
});
