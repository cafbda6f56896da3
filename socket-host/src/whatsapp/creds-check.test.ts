import assert from 'node:assert/strict';
import { BufferJSON, Curve, initAuthCreds, signedKeyPair } from '@whiskeysockets/baileys';
import { checkCreds, wereLetIn } from './creds-check.ts';

const account = { details: 'AA==', accountSignatureKey: 'AA==', accountSignature: 'AA==', deviceSignature: 'AA==' };

function creds(changes: object = {}): string {
  const linked = { ...initAuthCreds(), me: { id: '40712345678:7@s.whatsapp.net' }, account, ...changes };
  return JSON.stringify(linked, BufferJSON.replacer);
}

describe('credentials', () => {
  it('as the library makes them are good, and tell whose they are', () => {
    const { fault, waJid } = checkCreds(creds());
    assert.deepEqual([fault, waJid], [null, '40712345678@s.whatsapp.net']);
  });

  it('that are no credentials, or lack something, say so', () => {
    for (const text of ['', 'nonsense', '[]', 'null']) assert.notEqual(checkCreds(text).fault, null, text);
    assert.equal(checkCreds(creds({ noiseKey: undefined, me: undefined })).fault, 'missing: me, noiseKey');
  });

  it('whose keys do not belong together name the pair', () => {
    const [one, other] = [Curve.generateKeyPair(), Curve.generateKeyPair()];
    const mixed = { private: one.private, public: other.public };
    assert.match(checkCreds(creds({ noiseKey: mixed })).fault ?? '', /connection key is no pair/);
    assert.match(checkCreds(creds({ signedIdentityKey: mixed })).fault ?? '', /identity key is no pair/);
    const foreign = { signedPreKey: signedKeyPair(one, 1) };
    assert.match(checkCreds(creds(foreign)).fault ?? '', /not signed by the identity key/);
    assert.match(checkCreds(creds({ noiseKey: { ...one, private: Buffer.of(1) } })).fault ?? '', /no pair/);
  });

  it('never show a key in what is said of them', () => {
    const text = creds({ signedIdentityKey: undefined });
    assert.ok((checkCreds(text).fault ?? '').length < 100);
  });

  it('are marked by the link and its pre-keys alone', () => {
    const base = initAuthCreds();
    const markOf = (changes: object) => checkCreds(creds({ ...base, ...changes })).mark;
    assert.equal(markOf({}), markOf({ accountSyncCounter: 9 }));
    assert.notEqual(markOf({}), markOf({ nextPreKeyId: 99 }));
    assert.notEqual(markOf({}), markOf({ me: { id: '40712345679:7@s.whatsapp.net' } }));
  });

  it('tell whether WhatsApp ever let their device in, by the pre-keys it asked for then', () => {
    assert.equal(wereLetIn(creds()), false);
    assert.equal(wereLetIn(creds({ nextPreKeyId: 813 })), true);
  });
});
