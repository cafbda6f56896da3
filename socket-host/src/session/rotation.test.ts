/** Against the Firestore emulator: new data keys, and keys that are destroyed. */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { paths } from '@switchboard/contract/paths';
import { pino } from 'pino';
import { systemClock, type Clock } from '../clock.ts';
import { emulatedFirestore } from '../store/emulator.ts';
import { localKek, WrongKeyError, type KekProvider } from './kek.ts';
import { loadSession } from './load-session.ts';
import { FencedError, SessionKeyError, type AccountSession, type InspectCreds } from './types.ts';

const db = emulatedFirestore();
const logger = pino({ level: 'silent' });
const kek = localKek(randomBytes(32));
const DAY_MS = 86_400_000;

class OpenedAccount {
  readonly accountId = `account_test_${randomUUID().replaceAll('-', '')}`;
  nowMs = 1_800_000_000_000;
  inspect: InspectCreds = (creds) => ({ fault: null, isOwnPhone: true, mark: creds });
  isHeld: () => boolean = () => true;
  #epoch = 0;

  open(using = kek): Promise<AccountSession> {
    this.#epoch += 1;
    const clock: Clock = { ...systemClock, nowMs: () => this.nowMs };
    const { inspect } = this;
    return loadSession(
      { db, kek: using, clock, logger, inspect, isHeld: () => this.isHeld() },
      this.accountId,
      this.#epoch,
      () => undefined,
    );
  }

  document() {
    return db.doc(paths.session(this.accountId));
  }

  async field(name: string): Promise<unknown> {
    return (await this.document().get()).get(name);
  }

  async formerKeyIds(): Promise<string[]> {
    const keys = (await this.field('formerKeys')) as readonly { readonly dataKeyId: string }[];
    return keys.map(({ dataKeyId }) => dataKeyId);
  }

  async formerKeys(): Promise<number> {
    return (await this.formerKeyIds()).length;
  }

  async snapshots(): Promise<string[]> {
    return (await this.document().collection('backups').get()).docs.map(({ id }) => id);
  }
}

const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ type: 'session', id: String(index), value: 'v'.repeat(900) }));

async function filled(): Promise<{ readonly account: OpenedAccount; readonly session: AccountSession }> {
  const account = new OpenedAccount();
  const session = await account.open();
  await session.set(rows(100));
  await session.set([{ type: 'session', id: 'late', value: 'only in recent' }]);
  await session.saveCreds('creds 1');
  return { account, session };
}

function assertWhole(session: AccountSession, creds = 'creds 1'): void {
  assert.equal(session.creds, creds);
  assert.equal(session.get('session', '99'), rows(100)[99]?.value);
  assert.equal(session.get('session', 'late'), 'only in recent');
}

/** Until a new data key has taken over for good. */
async function whenReplaced(account: OpenedAccount, session: AccountSession, before: unknown): Promise<void> {
  while ((await account.field('isRotating')) !== false || (await account.field('dataKeyId')) === before) {
    await session.flush();
    await delay(20);
  }
}

async function sealedFields(account: OpenedAccount): Promise<Record<string, unknown>> {
  return { creds: await account.field('creds'), recent: await account.field('recent') };
}

describe('a data key', () => {
  it('that the key service did not take is not told of by what is written afterwards', async () => {
    const account = new OpenedAccount();
    let isGone = false;
    const wrap: KekProvider['wrap'] = (...asked) =>
      isGone ? Promise.reject(new Error('the key service does not answer')) : kek.wrap(...asked);
    const session = await account.open({ ...kek, wrap });
    await session.set(rows(1));
    await session.saveCreds('creds 1');
    isGone = true;
    await assert.rejects(session.rotateDataKey(), /does not answer/);
    await Promise.all([session.flush(), session.set(rows(1)), session.saveCreds('creds 1')]);
  });

  it('that is rotated seals everything anew and opens everything after', async () => {
    const { account, session } = await filled();
    const before = await account.field('dataKeyId');
    await session.rotateDataKey();
    assert.notEqual(await account.field('dataKeyId'), before);
    assert.equal(await account.field('isRotating'), false);
    assertWhole(await account.open());
  });

  it('is kept while a snapshot needs it, and gone once none does', async () => {
    const { account, session } = await filled();
    await session.rotateDataKey();
    assert.equal(await account.formerKeys(), 1);
    for (const creds of ['creds 2', 'creds 3', 'creds 4']) await session.saveCreds(creds);
    assert.equal(await account.formerKeys(), 0);
    assertWhole(await account.open(), 'creds 4');
  });

  it('whose rotation was cut short is finished by the next opening', async () => {
    const { account, session } = await filled();
    const sealedBefore = await sealedFields(account);
    const bucketsBefore = await db.collection(paths.sessionKeys(account.accountId)).get();
    await session.rotateDataKey();
    // As a crash right after its first commit leaves it: the new key is there and has sealed nothing.
    await account.document().update({ ...sealedBefore, isRotating: true });
    for (const bucket of bucketsBefore.docs) await bucket.ref.set(bucket.data());
    const next = await account.open();
    assertWhole(next);
    await next.flush();
    assert.equal(await account.field('isRotating'), false);
    assertWhole(await account.open());
  });

  it('is replaced by itself when it is old', async () => {
    const { account } = await filled();
    const before = await account.field('dataKeyId');
    account.nowMs += 200 * DAY_MS;
    const session = await account.open();
    await session.set([{ type: 'session', id: 'new', value: 'x' }]);
    await whenReplaced(account, session, before);
    assertWhole(await account.open());
  });

  it('is destroyed with its session: what was copied before cannot be opened any more', async () => {
    const { account, session } = await filled();
    const copied = await sealedFields(account);
    const buckets = await db.collection(paths.sessionKeys(account.accountId)).get();
    await session.erase('destroy');
    assert.deepEqual(await account.snapshots(), []);
    assert.equal((await db.collection(paths.sessionKeys(account.accountId)).get()).size, 0);
    assert.equal((await account.open()).creds, null);
    // Somebody puts the sealed bytes back.
    await account.document().update(copied);
    for (const bucket of buckets.docs) await bucket.ref.set(bucket.data());
    await assert.rejects(account.open(), SessionKeyError);
  });

  it('changes hands with the key-encryption key, former ones too', async () => {
    const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
    const account = new OpenedAccount();
    const first = await account.open(localKek(oldKey));
    await first.saveCreds('creds 1');
    await first.rotateDataKey();
    assert.equal((await account.open(localKek(newKey, [oldKey]))).creds, 'creds 1');
    assert.equal((await account.open(localKek(newKey))).creds, 'creds 1');
  });

  it('changes hands later when the new key-encryption key may not be used for it yet', async () => {
    const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
    const account = new OpenedAccount();
    await (await account.open(localKek(oldKey))).saveCreds('creds 1');
    const both = localKek(newKey, [oldKey]);
    const refusing: KekProvider = { ...both, wrap: () => Promise.reject(new WrongKeyError('Permission denied.')) };
    const session = await account.open(refusing);
    assert.equal(session.creds, 'creds 1');
    await session.saveCreds('creds 2');
    await account.open(both);
    assert.equal((await account.open(localKek(newKey))).creds, 'creds 2');
  });

  it('changes hands with the key-encryption key even in the opening that replaces it, being old', async () => {
    const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
    const account = new OpenedAccount();
    await (await account.open(localKek(oldKey))).saveCreds('creds 1');
    const before = await account.field('dataKeyId');
    account.nowMs += 200 * DAY_MS;
    const session = await account.open(localKek(newKey, [oldKey]));
    await whenReplaced(account, session, before);
    // The snapshot of the credentials needs it.
    assert.deepEqual(await account.formerKeyIds(), [before]);
    assert.equal((await account.open(localKek(newKey))).creds, 'creds 1');
  });

  it('changes hands with the key-encryption key even if a former one goes in the same opening', async () => {
    const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
    const account = new OpenedAccount();
    const first = await account.open(localKek(oldKey));
    await first.saveCreds('creds 1');
    await first.rotateDataKey();
    const session = await account.open(localKek(newKey, [oldKey]));
    for (const creds of ['creds 2', 'creds 3', 'creds 4']) await session.saveCreds(creds);
    assert.equal(await account.formerKeys(), 0);
    assert.equal((await account.open(localKek(newKey))).creds, 'creds 4');
  });

  it('that was destroyed is not brought back by a rotation that was asked for meanwhile', async () => {
    const { account } = await filled();
    const session = await account.open();
    const destroyed = await account.field('dataKeyId');
    // The lease ends after both commits, before the one that drops former keys.
    let commits = 0;
    account.isHeld = () => (commits += 1) <= 2;
    const erased = session.erase('destroy');
    await assert.rejects(session.rotateDataKey(), FencedError);
    await erased;
    assert.equal(await account.field('isRotating'), true);
    assert.ok(!(await account.formerKeyIds()).includes(String(destroyed)));
  });
});

describe('snapshots of credentials', () => {
  it('are taken when something changed that would be missed, else once an hour, and three are kept', async () => {
    const account = new OpenedAccount();
    account.inspect = (creds) => ({ fault: null, isOwnPhone: true, mark: creds.split(' ')[0] ?? '' });
    const session = await account.open();
    const taken = async () => ((await account.field('snapshots')) as { taken: number } | null)?.taken ?? 0;
    await session.saveCreds('link 1');
    assert.equal(await taken(), 1);
    await session.saveCreds('link 2');
    assert.equal(await taken(), 1);
    account.nowMs += 3_600_000;
    await session.saveCreds('link 3');
    assert.equal(await taken(), 2);
    for (const creds of ['pre-keys 1', 'more-pre-keys 1', 'again 1']) await session.saveCreds(creds);
    assert.equal(await taken(), 5);
    assert.deepEqual(await account.snapshots(), ['0', '1', '2']);
  });

  it('are not taken of credentials that are damaged or of another phone', async () => {
    const account = new OpenedAccount();
    account.inspect = (creds) => ({ fault: creds === 'bad' ? 'x' : null, isOwnPhone: creds !== 'other', mark: creds });
    const session = await account.open();
    for (const creds of ['bad', 'other']) await session.saveCreds(creds);
    assert.deepEqual(await account.snapshots(), []);
  });

  it('stand in newest first, and a damaged one is passed over', async () => {
    const account = new OpenedAccount();
    const session = await account.open();
    for (const creds of ['one', 'two', 'three', 'four']) await session.saveCreds(creds);
    const slots = await account.document().collection('backups').get();
    const newest = slots.docs.find(({ id }) => id === String(4 % 3));
    await newest?.ref.update({ creds: randomBytes(50) });
    await account.document().update({ creds: randomBytes(50) });
    const next = await account.open();
    assert.equal(next.creds, 'three');
    assert.match(next.restored?.fault ?? '', /do not decrypt/);
    assert.equal((await account.open()).restored, null);
  });

  it('of a former link are kept aside when it ends, and the next link gets its own', async () => {
    const account = new OpenedAccount();
    const session = await account.open();
    await session.saveCreds('link');
    await session.erase('keep-backup');
    assert.equal((await account.snapshots()).length, 1);
    await session.saveCreds('link');
    assert.equal((await account.snapshots()).length, 2);
  });
});

describe('forgetting a row', () => {
  it('takes effect at once, costs no write, and is durable with the next one', async () => {
    const account = new OpenedAccount();
    const session = await account.open();
    const sequence = async () => Number(await account.field('sequence'));
    await session.set([{ type: 'inbound', id: 'a', value: 'text' }]);
    const before = await sequence();
    session.forget('inbound', ['a']);
    await session.flush();
    assert.equal(session.get('inbound', 'a'), undefined);
    assert.equal(await sequence(), before);
    assert.equal((await account.open()).get('inbound', 'a'), 'text');
    const next = await account.open();
    next.forget('inbound', ['a']);
    await next.set([{ type: 'session', id: 'b', value: 'x' }]);
    assert.deepEqual((await account.open()).list('inbound'), []);
  });

  it('that has moved to a bucket works as well', async () => {
    const account = new OpenedAccount();
    const session = await account.open();
    await session.set([{ type: 'inbound', id: 'a', value: 'text' }, ...rows(60)]);
    session.forget('inbound', ['a']);
    await session.set([{ type: 'session', id: 'b', value: 'x' }]);
    assert.deepEqual((await account.open()).list('inbound'), []);
  });
});
