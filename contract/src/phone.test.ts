import assert from 'node:assert/strict';
import { maskPhone, parsePhone } from './phone.ts';

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

  it('show only their ends in lists and logs', () => {
    assert.equal(maskPhone('+40712345697'), '+407****97');
    assert.equal(maskPhone('+401234'), '****');
  });
});
