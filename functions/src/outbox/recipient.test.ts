import assert from 'node:assert/strict';
import { parseRecipient } from './recipient.ts';

const person = { jid: '40712345678@s.whatsapp.net', phoneE164: '+40712345678', lid: null, isGroup: false };

describe('the recipient of an outbox entry', () => {
  const understood = {
    'a phone with + and spaces': [{ toPhone: '+40 712 345 678' }, person],
    'a phone jid': [{ toJid: '40712345678@s.whatsapp.net' }, person],
    'a phone jid of one device, in the old spelling': [{ toJid: '40712345678:3@c.us' }, person],
    'a LID': [
      { toJid: '123456789:2@lid' },
      { jid: '123456789@lid', phoneE164: null, lid: '123456789@lid', isGroup: false },
    ],
    'a group': [{ toJid: '123-456@g.us' }, { jid: '123-456@g.us', phoneE164: null, lid: null, isGroup: true }],
  } as const;
  for (const [what, [input, address]] of Object.entries(understood)) {
    it(`is read from ${what}`, () => {
      assert.deepEqual(parseRecipient(input, null), { kind: 'address', address });
    });
  }

  it('is read from a local number when the deployment has a country', () => {
    assert.deepEqual(parseRecipient({ toPhone: '0712 345 678' }, 'RO'), { kind: 'address', address: person });
  });

  it('is a thread when one is named', () => {
    assert.deepEqual(parseRecipient({ threadId: 'a__b' }, null), { kind: 'thread', threadId: 'a__b' });
  });

  const refused = {
    'a local number without a country': [{ toPhone: '0712345678' }, 'invalid_phone', 'toPhone'],
    'a phone that is too short': [{ toPhone: '+4071' }, 'invalid_phone', 'toPhone'],
    'words for a phone': [{ toPhone: 'my mother' }, 'invalid_phone', 'toPhone'],
    'words for a jid': [{ toJid: 'my mother' }, 'invalid_request', 'toJid'],
    'a jid on an unknown server': [{ toJid: '40712345678@example.com' }, 'invalid_request', 'toJid'],
    'a phone jid that holds no number': [{ toJid: 'abc@s.whatsapp.net' }, 'invalid_request', 'toJid'],
    'a phone jid with an impossible number': [{ toJid: '07@s.whatsapp.net' }, 'invalid_request', 'toJid'],
    'a broadcast list': [{ toJid: 'status@broadcast' }, 'invalid_request', 'toJid'],
    'a channel': [{ toJid: '123@newsletter' }, 'invalid_request', 'toJid'],
  } as const;
  for (const [what, [input, code, field]] of Object.entries(refused)) {
    it(`is refused when it is ${what}`, () => {
      const recipient = parseRecipient(input, null);
      assert.equal(recipient.kind, 'invalid');
      assert.equal(recipient.error.code, code);
      assert.equal(recipient.error.field, field);
    });
  }

  it('names the missing country code when a local number is refused', () => {
    const recipient = parseRecipient({ toPhone: '0712345678' }, null);
    assert.ok(recipient.kind === 'invalid' && recipient.error.message.includes('country code'));
  });
});
