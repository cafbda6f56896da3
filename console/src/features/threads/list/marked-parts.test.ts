import assert from 'node:assert/strict';
import { markedParts } from './marked-parts.ts';

const drawn = (text: string, words: string) =>
  markedParts(text, words)
    .map((part) => (part.isFound ? `[${part.text}]` : part.text))
    .join('');

describe('what a search marks', () => {
  it('is the beginning of words, in any case and with any accents', () => {
    assert.equal(drawn('Bună, aș vrea o Programare', 'programare as'), 'Bună, [aș] vrea o [Programare]');
    assert.equal(drawn('Reprogramare', 'programare'), 'Reprogramare');
  });

  it('is in the piece of a long text around the first of them', () => {
    const text = `${'lorem '.repeat(50)}mâine la zece`;
    assert.match(drawn(text, 'maine'), /^….*\[mâine\] la zece$/);
  });

  it('is nothing where nothing matches', () => {
    assert.equal(drawn('hello', 'xyz'), 'hello');
    assert.equal(drawn('', 'x'), '');
  });

  it('keeps every letter of a short text', () => {
    const text = 'ﬁn 👩‍👧 ănă İstanbul';
    assert.equal(
      markedParts(text, 'ana i')
        .map((part) => part.text)
        .join(''),
      text,
    );
  });
});
