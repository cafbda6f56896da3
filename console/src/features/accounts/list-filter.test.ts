import assert from 'node:assert/strict';
import { countsOf, fitsFilter, fitsSearch } from './list-filter.ts';

const shop = {
  status: 'connected' as const,
  statusReason: null,
  desired: 'online' as const,
  hold: null,
  name: 'Shop Iași',
  phoneE164: '+40712345678',
  team: 'main',
};

describe('the list of numbers', () => {
  it('shows deleted ones only when they are asked for', () => {
    const gone = { ...shop, status: 'deleted' as const, desired: 'deleted' as const };
    assert.ok(!fitsFilter(gone, 'all'));
    assert.ok(fitsFilter(gone, 'deleted'));
    assert.deepEqual(countsOf([shop, gone]), { all: 1, attention: 0, connected: 1, deleted: 1 });
  });

  it('finds a number as it is typed, with or without its country', () => {
    assert.ok(fitsSearch(shop, '0712 345'));
    assert.ok(fitsSearch(shop, '+40 712'));
    assert.ok(fitsSearch(shop, '5678'));
    assert.ok(!fitsSearch(shop, '0799'));
  });

  it('finds a name by the beginnings of its words, without accents', () => {
    assert.ok(fitsSearch(shop, 'iasi'));
    assert.ok(fitsSearch(shop, 'sho ia'));
    assert.ok(!fitsSearch(shop, 'cluj'));
    assert.ok(fitsSearch(shop, ' '));
  });
});
