import assert from 'node:assert/strict';
import { displayNameOf, spacedPhone } from './display-name.ts';

describe('the name of a customer', () => {
  it('is their number, spaced, as long as nobody knows another', () => {
    assert.equal(displayNameOf({ displayName: '+40712345678', phoneE164: '+40712345678' }), '+40 712 345 678');
    assert.equal(displayNameOf({ displayName: '+12025550123', phoneE164: '+12025550123' }), '+1 202 555 0123');
    assert.equal(displayNameOf({ displayName: 'Ana', phoneE164: '+40712345678' }), 'Ana');
    assert.equal(displayNameOf({ displayName: '1234@lid', phoneE164: null }), '1234@lid');
  });

  it('loses no digit when it is spaced', () => {
    for (const phone of ['+12025550123', '+4915123456789', '+37360123456', '+123']) {
      assert.equal(spacedPhone(phone).replace(/ /g, ''), phone);
    }
  });
});
