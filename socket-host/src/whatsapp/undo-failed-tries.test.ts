/** What a ratchet is after messages that were not its own, on libsignal as the library uses it. */
import assert from 'node:assert/strict';
import { generateSignalPubKey, initAuthCreds, type AuthenticationCreds } from '@whiskeysockets/baileys';
import { ProtocolAddress, SessionBuilder, SessionCipher, SessionRecord, type SignalStorage } from 'libsignal';
import './quiet-libsignal.ts';
import './undo-failed-tries.ts';

interface Device {
  readonly creds: AuthenticationCreds;
  readonly storage: SignalStorage;
}

interface Sealed {
  readonly type: number;
  readonly body: Buffer;
}

const PRE_KEY_MESSAGE = 3;
const ADDRESS = new ProtocolAddress('peer', 0);

/** A device with one peer, its session serialized after each step as a real store has it. */
function device(): Device {
  const creds = initAuthCreds();
  let stored: object | undefined;
  const pairOf = ({ private: privKey, public: pubKey }: { private: Uint8Array; public: Uint8Array }) => ({
    privKey: Buffer.from(privKey),
    pubKey: Buffer.from(generateSignalPubKey(pubKey)),
  });
  const storage: SignalStorage = {
    loadSession: () =>
      Promise.resolve(stored && SessionRecord.deserialize(stored as ReturnType<SessionRecord['serialize']>)),
    storeSession: (_id, session) => {
      stored = session.serialize();
      return Promise.resolve();
    },
    isTrustedIdentity: () => true,
    loadPreKey: () => Promise.resolve(undefined),
    removePreKey: () => undefined,
    loadSignedPreKey: () => pairOf(creds.signedPreKey.keyPair),
    getOurRegistrationId: () => creds.registrationId,
    getOurIdentity: () => pairOf(creds.signedIdentityKey),
  };
  return { creds, storage };
}

/** Starts one more session from `from` to `to`. */
async function startSession(from: Device, { creds }: Device): Promise<void> {
  const { signedIdentityKey, signedPreKey, registrationId } = creds;
  const bundle = {
    registrationId,
    identityKey: Buffer.from(generateSignalPubKey(signedIdentityKey.public)),
    signedPreKey: {
      keyId: signedPreKey.keyId,
      publicKey: Buffer.from(generateSignalPubKey(signedPreKey.keyPair.public)),
      signature: Buffer.from(signedPreKey.signature),
    },
  };
  // libsignal starts a session without a one-time key too; only its typings say it is required.
  type Bundle = Parameters<SessionBuilder['initOutgoing']>[0];
  await new SessionBuilder(from.storage, ADDRESS).initOutgoing(bundle as unknown as Bundle);
}

async function seal(from: Device, words: string): Promise<Sealed> {
  const { type, body } = await new SessionCipher(from.storage, ADDRESS).encrypt(Buffer.from(words));
  // The typings say string, the code returns a Buffer; latin1 reads both.
  return { type, body: Buffer.from(body, 'latin1') };
}

async function open(to: Device, { type, body }: Sealed): Promise<string> {
  const cipher = new SessionCipher(to.storage, ADDRESS);
  const isFirst = type === PRE_KEY_MESSAGE;
  return (await (isFirst ? cipher.decryptPreKeyWhisperMessage(body) : cipher.decryptWhisperMessage(body))).toString();
}

describe('a session that a message was tried on in vain', () => {
  it('is as it was: what is sent on it next can be read', async () => {
    const [shop, ana] = [device(), device()];
    await startSession(shop, ana);
    assert.equal(await open(ana, await seal(shop, 'hello')), 'hello');
    assert.equal(await open(shop, await seal(ana, 'hi')), 'hi');
    const onItsWay = await seal(ana, 'written before the new session');
    await startSession(shop, ana);
    assert.equal(await open(shop, onItsWay), 'written before the new session');
    assert.equal(await open(ana, await seal(shop, 'on the new session')), 'on the new session');
    assert.equal(await open(shop, await seal(ana, 'and back')), 'and back');
  });

  it('still reads its own messages after one that fits no session', async () => {
    const [shop, ana] = [device(), device()];
    await startSession(shop, ana);
    assert.equal(await open(ana, await seal(shop, 'hello')), 'hello');
    const garbled = await seal(ana, 'hi');
    garbled.body.writeUInt8(garbled.body.readUInt8(garbled.body.length - 1) ^ 1, garbled.body.length - 1);
    await assert.rejects(open(shop, garbled));
    assert.equal(await open(shop, await seal(ana, 'hi again')), 'hi again');
  });
});
