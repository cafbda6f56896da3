import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  matchesSearch,
  searchTokenOf,
  searchTokensOf,
  threadSearchTokenOf,
  threadSearchTokensOf,
  wordsOf,
} from './search.ts';

const bytesOf = (tokens: readonly string[]): number =>
  tokens.reduce((sum, token) => sum + Buffer.byteLength(token) + 1, 0);

describe('the search tokens of a text', () => {
  it('are its words and their beginnings, without case and accents', () => {
    assert.deepEqual(searchTokensOf('Bună!'), ['buna', 'bu', 'bun']);
    assert.deepEqual(wordsOf('Où est L’ÉCOLE, 2nd-floor?'), ['ou', 'est', 'l', 'ecole', '2nd', 'floor']);
    assert.deepEqual(searchTokensOf('  …  '), []);
  });

  it('are bounded, however long the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 6_000 }), (text) => {
        const tokens = searchTokensOf(text);
        assert.ok(bytesOf(tokens) <= 2_000);
        assert.equal(new Set(tokens).size, tokens.length);
        assert.ok(!tokens.includes(''));
      }),
    );
    const long = Array.from({ length: 500 }, (_, index) => `programare${String(index)}`).join(' ');
    assert.ok(bytesOf(searchTokensOf(long)) <= 2_000);
  });

  it('find a text by whatever somebody types of one of its words', () => {
    const word = fc.stringMatching(/^[a-zăîșțâ]{2,14}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), fc.nat(), fc.nat(), (words, which, length) => {
        const wanted = words[which % words.length] ?? '';
        const typed = wanted.slice(0, 2 + (length % wanted.length));
        const token = searchTokenOf(typed.toUpperCase());
        const text = words.join(' ');
        assert.ok(token !== null && searchTokensOf(text).includes(token), `${typed} in ${text}`);
        assert.ok(matchesSearch(typed, text));
      }),
    );
  });

  it('ask for the longest word, and for nothing when there is too little', () => {
    assert.equal(searchTokenOf('la programarea de joi'), 'programa');
    assert.equal(searchTokenOf('a'), null);
    assert.equal(searchTokenOf('?!'), null);
  });

  it('are weighed against the text: each word must begin one of it', () => {
    assert.ok(matchesSearch('prog joi', 'Programarea de joi'));
    assert.ok(!matchesSearch('prog vineri', 'Programarea de joi'));
  });
});

describe('the search tokens of a thread', () => {
  const ana = { displayName: 'Ana-Maria Ștefan', phoneE164: '+40712345678' };
  const finds = (query: string, thread = ana) =>
    threadSearchTokensOf(thread).includes(threadSearchTokenOf(query) ?? '?');

  it('find it by name and by number, however it is written', () => {
    for (const query of ['ana', 'MARIA', 'stef', 'Ștefan', 'ana maria']) assert.ok(finds(query), query);
    for (const query of ['+40 712 345 678', '0712345678', '0040712', '712 345', '5678', '678', '40712345678']) {
      assert.ok(finds(query), query);
    }
    for (const query of ['bob', '0799', '12']) assert.ok(!finds(query), query);
  });

  it('of someone without a number are those of the name', () => {
    assert.ok(finds('12345@lid'.slice(0, 5), { displayName: '12345@lid', phoneE164: '+40712345678' }));
    assert.deepEqual(threadSearchTokensOf({ displayName: 'Ana', phoneE164: null }), ['ana', 'an']);
  });
});
