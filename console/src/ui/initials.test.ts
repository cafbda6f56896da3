import assert from 'node:assert/strict';
import { HUES, hueOf, initialsOf } from './initials.ts';

describe('initials', () => {
  it('are the first letters of the first and the last name', () => {
    assert.equal(initialsOf('Ana Maria Popescu'), 'AP');
    assert.equal(initialsOf('ștefan'), 'Ș');
  });

  it('are the last digits of a number nobody has named', () => {
    assert.equal(initialsOf('+40 712 345 678'), '78');
  });

  it('skip what is no letter', () => {
    assert.equal(initialsOf('🌸 (Ioana) – Flori'), 'IF');
    assert.equal(initialsOf('   '), '?');
  });

  it('keep their colour', () => {
    assert.equal(hueOf('a@lid'), hueOf('a@lid'));
    assert.ok(hueOf('a@lid') < HUES);
  });
});
