import assert from 'node:assert/strict';
import type { BinaryNode } from '@whiskeysockets/baileys';
import { reportableIdIn } from './watch-traffic.ts';

function message(...types: readonly string[]): BinaryNode {
  return { tag: 'message', attrs: { id: 'A' }, content: types.map((type) => ({ tag: 'enc', attrs: { type } })) };
}

describe('a stanza whose report is waited for', () => {
  it('is one that carries an encrypted message', () => {
    assert.equal(reportableIdIn(message('pkmsg', 'skmsg')), 'A');
    assert.equal(reportableIdIn(message()), null);
  });

  it('is none that the library refuses unread: a reply of Meta AI', () => {
    assert.equal(reportableIdIn(message('msmsg')), null);
  });
});
