import assert from 'node:assert/strict';
import { fittingEmoji, fittingText } from './fitting-text.ts';

describe('what is stored of what a sender wrote', () => {
  it('is all of it, up to the length WhatsApp allows', () => {
    const longest = 'ș'.repeat(65_536);
    assert.equal(fittingText(longest), longest);
    assert.equal(fittingEmoji('👨🏽‍👩🏽‍👧🏽‍👦🏽'), '👨🏽‍👩🏽‍👧🏽‍👦🏽');
  });

  it('says where it was cut, and never cuts a character in two', () => {
    const text = fittingText(`${'a'.repeat(65_534)}😀 and more`);
    assert.equal(text, `${'a'.repeat(65_534)}…`);
    assert.equal(fittingEmoji('👍'.repeat(100)).at(-1), '…');
    assert.ok(fittingEmoji('👍'.repeat(100)).length <= 64);
  });

  it('is text, whatever came', () => {
    assert.equal(fittingText('a\uD83Db'), 'a\uFFFDb');
  });
});
