import assert from 'node:assert/strict';
import { countryOfPhone, maskNumbers, maskPhone, parsePhone } from './phone.ts';

describe('phone numbers', () => {
  it('are read as people type them', () => {
    for (const text of ['+40712345678', '+40 712 345 678', '+40 (712) 345-678']) {
      assert.equal(parsePhone(text), '+40712345678');
    }
    assert.equal(parsePhone('0712 345 678', 'RO'), '+40712345678');
  });

  it('are refused when no phone could have them', () => {
    for (const text of ['', 'twelve', '+40', '+40123', '0712345678', '+4071234567890123', '1'.repeat(41)]) {
      assert.equal(parsePhone(text), null, text);
    }
  });

  it('tell how numbers are dialled where they are', () => {
    const local = { '+40712345678': '0722000111', '+12125550123': '(212) 555-0199', '+447911123456': '07911 654321' };
    const read = Object.entries(local).map(([own, text]) => parsePhone(text, countryOfPhone(own) ?? undefined));
    assert.deepEqual(read, ['+40722000111', '+12125550199', '+447911654321']);
    assert.equal(countryOfPhone('nonsense'), null);
  });

  it('show only their ends in lists and logs', () => {
    assert.equal(maskPhone('+40712345697'), '+407****97');
    assert.equal(maskPhone('+401234'), '****');
    assert.equal(
      maskNumbers('5 NOT_FOUND: shop__40712345697@lid, line 1234'),
      '5 NOT_FOUND: shop__****@lid, line 1234',
    );
  });
});
