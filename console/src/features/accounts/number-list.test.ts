import assert from 'node:assert/strict';
import { readNumberList } from './number-list.ts';

describe('a pasted list of numbers', () => {
  it('is read whichever side the name stands on', () => {
    const { numbers } = readNumberList(
      '+40 712 345 678, Shop Cluj\nShop Iași; 0712 345 679\n"Depozit" | 0040712345680',
      'RO',
    );
    assert.deepEqual(numbers, [
      { line: 1, phoneE164: '+40712345678', name: 'Shop Cluj' },
      { line: 2, phoneE164: '+40712345679', name: 'Shop Iași' },
      { line: 3, phoneE164: '+40712345680', name: 'Depozit' },
    ]);
  });

  it('names a number by itself where no name stands beside it', () => {
    assert.equal(readNumberList('0712345678', 'RO').numbers[0]?.name, '+40712345678');
  });

  it('says which lines hold none, and which repeat one, and skips empty ones', () => {
    const list = readNumberList('0712345678\n\nno number here\n+40 712 345 678\n12', 'RO');
    assert.equal(list.numbers.length, 1);
    assert.deepEqual(list.invalid, [3, 5]);
    assert.deepEqual(list.repeated, [4]);
  });
});
