import assert from 'node:assert/strict';
import { ENGLISH } from './english.ts';
import { ROMANIAN } from './romanian.ts';
import { translator } from './translate.ts';

const english = translator('en', ENGLISH, ENGLISH);
const romanian = translator('ro', ROMANIAN, ENGLISH);

describe('words in a language', () => {
  it('are found by their key', () => {
    assert.equal(english('ui.cancel'), 'Cancel');
    assert.equal(romanian('ui.cancel'), 'Renunță');
  });

  it('are found by a name that has a dot in it', () => {
    assert.equal(english('settings.audit.action.account.add'), 'Added a number');
  });

  it('take in what they are about, and show it as it is', () => {
    assert.equal(english('threads.search.none', { words: '<b>{{words}}' }), 'Nothing found for “<b>{{words}}”');
  });

  it('count as their language does', () => {
    const counted = [1, 3, 20].map((count) => romanian('threads.list.unreadCount', { count }));
    assert.deepEqual(counted, ['1 mesaj necitit', '3 mesaje necitite', '20 de mesaje necitite']);
    assert.equal(english('threads.list.unreadCount', { count: 1 }), '1 unread message');
  });

  it('fall back to English where a language has none', () => {
    assert.equal(translator('ro', {}, ENGLISH)('ui.close'), 'Close');
  });
});
