import assert from 'node:assert/strict';
import { matchingReplies, replyQueryOf } from './matching-replies.ts';

const reply = (title: string, text = title) => ({ team: 'main', title, text });
const replies = [reply('adresa', 'Str. Lungă 5'), reply('program', 'L-V 9-18'), reply('Mulțumesc', 'Vă mulțumim!')];
const titles = (query: string) => matchingReplies(replies, query).map(({ title }) => title);

describe('quick replies', () => {
  it('are asked for by a slash at the very beginning', () => {
    assert.equal(replyQueryOf('/'), '');
    assert.equal(replyQueryOf('/adr'), 'adr');
    assert.equal(replyQueryOf('and/or'), null);
    assert.equal(replyQueryOf('/a\nb'), null);
    assert.equal(replyQueryOf(''), null);
  });

  it('are found by the beginning of their title, in any case and without accents', () => {
    assert.deepEqual(titles('PRO'), ['program']);
    assert.deepEqual(titles('multum'), ['Mulțumesc']);
  });

  it('are found by their text after those found by title', () => {
    assert.deepEqual(titles('lung'), ['adresa']);
    assert.deepEqual(titles(''), ['adresa', 'program', 'Mulțumesc']);
  });

  it('are at most as many as fit above the field', () => {
    const many = Array.from({ length: 30 }, (_, n) => reply(`r${String(n)}`));
    assert.equal(matchingReplies(many, 'r').length, 8);
  });
});
