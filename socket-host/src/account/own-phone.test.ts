import assert from 'node:assert/strict';
import { isOwnPhone } from './own-phone.ts';

describe('the phone that linked', () => {
  it('is the one of the account, however its country spells it', () => {
    assert.ok(isOwnPhone('+40712345678', '40712345678@s.whatsapp.net'));
    assert.ok(isOwnPhone('+40712345678', '40712345678:7@s.whatsapp.net'));
    assert.ok(isOwnPhone('+5511987654321', '551187654321@s.whatsapp.net'), 'Brazil');
    assert.ok(isOwnPhone('+525512345678', '5215512345678@s.whatsapp.net'), 'Mexico');
  });

  it('is another one when its last digits differ, or when no number is named', () => {
    assert.ok(!isOwnPhone('+40712345678', '40712345679@s.whatsapp.net'));
    assert.ok(!isOwnPhone('+40712345678', '123456712345678@lid'));
    assert.ok(!isOwnPhone('+40712345678', ''));
  });
});
