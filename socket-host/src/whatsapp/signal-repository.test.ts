/** What the wrapped repository promises of ratchets, on the library's own transactions and two accounts that write to each other. */
import assert from 'node:assert/strict';
import {
  addTransactionCapability,
  generateSignalPubKey,
  getNextPreKeys,
  initAuthCreds,
  type AuthenticationCreds,
  type SignalKeyStore,
  type SignalKeyStoreWithTransaction,
  type SignalRepository,
} from '@whiskeysockets/baileys';
import { pino } from 'pino';
import { AuthState, type SessionPort } from './auth-state.ts';
import { journalOf } from './journal.ts';
import { libraryLogger } from './library-logger.ts';
import { guardedRepository } from './signal-repository.ts';

/** A session in memory whose writes become durable only when the test lets them. */
class HeldSession implements SessionPort {
  creds = null;
  readonly rows = new Map<string, string>();
  readonly durable = new Map<string, string>();
  isHeld = false;
  #release = Promise.withResolvers<null>();

  get(type: string, id: string): string | undefined {
    return this.rows.get(`${type} ${id}`);
  }

  async set(rows: readonly { type: string; id: string; value: string | null }[]): Promise<void> {
    for (const { type, id, value } of rows) apply(this.rows, `${type} ${id}`, value);
    if (this.isHeld) await this.#release.promise;
    for (const { type, id, value } of rows) apply(this.durable, `${type} ${id}`, value);
  }

  list(type: string): { id: string; value: string }[] {
    return [...this.rows]
      .filter(([key]) => key.startsWith(`${type} `))
      .map(([key, value]) => ({ id: key.slice(type.length + 1), value }));
  }

  forget(type: string, ids: readonly string[]): void {
    for (const id of ids) this.rows.delete(`${type} ${id}`);
  }

  saveCreds(): Promise<void> {
    return Promise.resolve();
  }

  release(): void {
    this.isHeld = false;
    this.#release.resolve(null);
  }
}

function apply(rows: Map<string, string>, key: string, value: string | null): void {
  if (value === null) rows.delete(key);
  else rows.set(key, value);
}

interface Party {
  readonly jid: string;
  readonly session: HeldSession;
  readonly auth: AuthState;
  readonly creds: AuthenticationCreds;
  /** As the library’s own code has it. */
  readonly keys: SignalKeyStoreWithTransaction;
  readonly repository: SignalRepository;
  /** As a send of the library holds it around all its encryptions. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
}

/** A store that takes a moment to read, as the library expects of stores: whatever can overlap does. */
function slowed(keys: SignalKeyStore): SignalKeyStore {
  return {
    ...keys,
    get: async (type, ids) => {
      await new Promise((resolve) => setImmediate(resolve));
      return keys.get(type, ids);
    },
  };
}

function party(user: string): Party {
  const jid = `${user}@s.whatsapp.net`;
  const session = new HeldSession();
  const auth = new AuthState(session, Date.now);
  const { creds } = auth;
  Object.assign(creds, initAuthCreds(), { me: { id: jid, name: user } });
  const logger = pino({ level: 'silent' });
  const ofLibrary = libraryLogger(logger);
  const durable = slowed(auth.keys);
  const keys = addTransactionCapability(durable, ofLibrary, { maxCommitRetries: 1, delayBetweenTriesMs: 0 });
  const makeRepository = guardedRepository(creds, durable, journalOf(session), logger);
  const repository = makeRepository({ creds, keys }, ofLibrary, () => Promise.resolve([]));
  return { jid, session, auth, creds, keys, repository, transaction: (work) => keys.transaction(work, jid) };
}

/** Lets `from` write to `to`, as after a key fetch. */
async function introduce(from: Party, to: Party): Promise<void> {
  const { signedIdentityKey, signedPreKey, registrationId } = to.creds;
  await from.repository.injectE2ESession({
    jid: to.jid,
    session: {
      registrationId,
      identityKey: generateSignalPubKey(signedIdentityKey.public),
      signedPreKey: {
        keyId: signedPreKey.keyId,
        publicKey: generateSignalPubKey(signedPreKey.keyPair.public),
        signature: signedPreKey.signature,
      },
    },
  });
}

async function passMessage(from: Party, to: Party, words: string): Promise<string> {
  const { type, ciphertext } = await from.repository.encryptMessage({ jid: to.jid, data: Buffer.from(words) });
  const plain = await to.repository.decryptMessage({ jid: from.jid, type, ciphertext });
  return Buffer.from(plain).toString();
}

describe('a ratchet', () => {
  it('is durable before its ciphertext is handed out', async () => {
    const [shop, ana] = [party('shop'), party('ana')];
    await introduce(shop, ana);
    shop.session.isHeld = true;
    let isOut = false;
    const encrypted = shop.transaction(async () => {
      await shop.repository.encryptMessage({ jid: ana.jid, data: Buffer.from('hello') });
      isOut = true;
    });
    const before = shop.session.durable.get('session ana.0');
    while (shop.session.rows.get('session ana.0') === before) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isOut, false);
    shop.session.release();
    await encrypted;
    assert.equal(isOut, true);
    assert.equal(shop.session.durable.get('session ana.0'), shop.session.rows.get('session ana.0'));
  });

  it('whose write fails hands out nothing', async () => {
    const [shop, ana] = [party('shop'), party('ana')];
    await introduce(shop, ana);
    shop.session.set = () => Promise.reject(new Error('fenced'));
    await assert.rejects(shop.repository.encryptMessage({ jid: ana.jid, data: Buffer.from('hello') }), /fenced/);
  });

  it('whose write is refused at once, as that of a socket which is over, hands out nothing in a send either', async () => {
    const [shop, ana] = [party('shop'), party('ana')];
    await introduce(shop, ana);
    shop.auth.detach();
    const encrypt = () => shop.repository.encryptMessage({ jid: ana.jid, data: Buffer.from('hello') });
    let isTried = false;
    const send = shop.transaction(async () => {
      await assert.rejects(encrypt(), /over/);
      isTried = true;
    });
    // What the library itself would write at the end of its send is refused as well.
    await assert.rejects(send, /over/);
    assert.ok(isTried);
  });

  it('stays whole when sends and arrivals of one person overlap', async () => {
    const [shop, ana] = [party('shop'), party('ana')];
    await introduce(shop, ana);
    assert.equal(await passMessage(shop, ana, 'hello'), 'hello');
    assert.equal(await passMessage(ana, shop, 'hi'), 'hi');
    for (let round = 0; round < 200; round += 1) {
      const incoming = await ana.repository.encryptMessage({ jid: shop.jid, data: Buffer.from('in') });
      const send = () =>
        shop.transaction(() => shop.repository.encryptMessage({ jid: ana.jid, data: Buffer.from('out') }));
      // Now the one, now the other begins.
      const early = round % 2 === 0 ? send() : null;
      const reading = shop.repository.decryptMessage({ jid: ana.jid, ...incoming });
      const [outgoing, plain] = await Promise.all([early ?? send(), reading]);
      assert.equal(Buffer.from(plain).toString(), 'in');
      const arrived = await ana.repository.decryptMessage({ jid: shop.jid, ...outgoing });
      assert.equal(Buffer.from(arrived).toString(), 'out');
    }
  });
});

describe('the session of a device that was removed', () => {
  it('goes once the send that holds the ratchets is over, and who removes it does not wait for that', async () => {
    const [shop, ana] = [party('shop'), party('ana')];
    await introduce(shop, ana);
    const held = Promise.withResolvers<null>();
    const sending = shop.transaction(async () => {
      await held.promise;
      await shop.repository.encryptMessage({ jid: ana.jid, data: Buffer.from('hello') });
    });
    await shop.repository.deleteSession([ana.jid]);
    held.resolve(null);
    await sending;
    // Whoever asks for the ratchets now comes after the deletion.
    await shop.transaction(() => Promise.resolve());
    assert.equal(shop.session.durable.get('session ana.0'), undefined);
  });

  it('stays when its deletion cannot be written, and that is nobody’s failure', async () => {
    const [shop, ana] = [party('shop'), party('ana')];
    await introduce(shop, ana);
    const set = shop.session.set.bind(shop.session);
    shop.session.set = () => Promise.reject(new Error('fenced'));
    await shop.repository.deleteSession([ana.jid]);
    await shop.transaction(() => Promise.resolve());
    shop.session.set = set;
    assert.equal(await passMessage(shop, ana, 'hello'), 'hello');
  });
});

describe('the store that the library is given', () => {
  it('has a new pre-key durable before a receipt can name it', async () => {
    const shop = party('shop');
    const isDurable = (id: string): boolean => shop.session.durable.has(`pre-key ${id}`);
    await shop.transaction(async () => {
      const { preKeys } = await getNextPreKeys(shop, 1);
      assert.deepEqual(Object.keys(preKeys).map(isDurable), [true]);
    });
  });
});
