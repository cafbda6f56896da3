import assert from 'node:assert/strict';
import { isGroupJid, lidJid, modeOf, parseAddress, phoneJid } from './jid.ts';

describe('addresses', () => {
  it('of devices are read as they are written', () => {
    assert.equal(phoneJid('40711111111'), '40711111111@s.whatsapp.net');
    assert.deepEqual(parseAddress(phoneJid('40711111111', 3)), {
      user: '40711111111',
      device: 3,
      server: 's.whatsapp.net',
    });
    assert.deepEqual(parseAddress(lidJid('123456')), { user: '123456', device: 0, server: 'lid' });
  });

  it('that are none are none', () => {
    for (const text of ['', '@s.whatsapp.net', 'nobody', 'a b@lid', '1:2:3@lid'])
      assert.equal(parseAddress(text), null);
  });

  it('say their mode, and whether they name a group', () => {
    assert.deepEqual([modeOf('1@lid'), modeOf('1@s.whatsapp.net')], ['lid', 'pn']);
    assert.deepEqual([isGroupJid('120@g.us'), isGroupJid('120@lid')], [true, false]);
  });
});
