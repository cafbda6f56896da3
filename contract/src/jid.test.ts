import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bareJid, jidOfPhone, parseJid, phoneOfJid } from './jid.ts';

describe('jids', () => {
  it('reads a phone’s jid, with and without a device', () => {
    assert.deepEqual(parseJid('40712345678@s.whatsapp.net'), { user: '40712345678', device: 0, kind: 'pn' });
    assert.deepEqual(parseJid('40712345678:12@s.whatsapp.net'), { user: '40712345678', device: 12, kind: 'pn' });
  });

  it('reads a LID, a group, a broadcast list and a channel', () => {
    assert.equal(parseJid('123456:3@lid')?.kind, 'lid');
    assert.equal(parseJid('120363040000000000@g.us')?.kind, 'group');
    assert.equal(parseJid('status@broadcast')?.kind, 'broadcast');
    assert.equal(parseJid('120363@newsletter')?.kind, 'newsletter');
  });

  it('refuses anything else', () => {
    for (const text of [
      '',
      '40712345678',
      '@lid',
      'a b@lid',
      '1@example.com',
      '1@constructor',
      '1:x@lid',
      '1@lid@lid',
    ]) {
      assert.equal(parseJid(text), null, text);
    }
  });

  it('spells one person one way, whatever device wrote', () => {
    assert.equal(bareJid('40712345678:3@s.whatsapp.net'), '40712345678@s.whatsapp.net');
    assert.equal(bareJid('40712345678@c.us'), '40712345678@s.whatsapp.net');
    assert.equal(bareJid('987:0@lid'), '987@lid');
    assert.equal(bareJid('nobody'), null);
  });

  it('goes from phone to jid and back', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9]\d{6,14}$/), (digits) => {
        assert.equal(phoneOfJid(jidOfPhone(`+${digits}`)), `+${digits}`);
      }),
    );
  });

  it('finds no phone in a LID or a group', () => {
    assert.equal(phoneOfJid('123456@lid'), null);
    assert.equal(phoneOfJid('120363040000000000@g.us'), null);
  });
});
