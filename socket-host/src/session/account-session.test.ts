/** Against the Firestore emulator: what a session promises its account. */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { paths } from '@switchboard/contract/paths';
import { pino } from 'pino';
import { systemClock } from '../clock.ts';
import { emulatedFirestore } from '../store/emulator.ts';
import { localKek, type KekProvider } from './kek.ts';
import { loadSession } from './load-session.ts';
import { FencedError, SessionKeyError, type AccountSession } from './types.ts';

const db = emulatedFirestore();
const logger = pino({ level: 'silent' });
const kek = localKek(randomBytes(32));

function newAccountId(): string {
  return `account_test_${randomUUID().replaceAll('-', '')}`;
}

interface Opening {
  readonly session: AccountSession;
  readonly fencedCount: () => number;
}

async function open(accountId: string, epoch: number, using: KekProvider = kek, isHeld = () => true): Promise<Opening> {
  let fenced = 0;
  const session = await loadSession({ db, kek: using, clock: systemClock, logger, isHeld }, accountId, epoch, () => {
    fenced += 1;
  });
  return { session, fencedCount: () => fenced };
}

async function writeCount(accountId: string): Promise<number> {
  return Number((await db.doc(paths.session(accountId)).get()).get('sequence'));
}

async function bucketIds(accountId: string): Promise<string[]> {
  const { docs } = await db.collection(paths.sessionKeys(accountId)).get();
  return docs.map((document) => document.id);
}

async function backupsOf(accountId: string): Promise<string[]> {
  const { docs } = await db.doc(paths.session(accountId)).collection('backups').get();
  return docs.map((document) => document.id);
}

function rowsOf(type: string, count: number, size: number): { type: string; id: string; value: string }[] {
  return Array.from({ length: count }, (_, index) => ({ type, id: String(index), value: 'v'.repeat(size) }));
}

describe('a stored session', () => {
  it('is empty before the first link', async () => {
    const { session } = await open(newAccountId(), 1);
    assert.equal(session.creds, null);
    assert.equal(session.get('session', 'a.0'), undefined);
  });

  it('gives rows and credentials back to the next opening', async () => {
    const accountId = newAccountId();
    const first = (await open(accountId, 1)).session;
    await first.saveCreds('the credentials');
    await first.set([
      { type: 'session', id: 'a.0', value: 'one' },
      { type: 'session', id: 'b.0', value: 'two' },
    ]);
    await first.set([{ type: 'session', id: 'b.0', value: null }]);
    const second = (await open(accountId, 2)).session;
    assert.equal(second.creds, 'the credentials');
    assert.equal(second.get('session', 'a.0'), 'one');
    assert.equal(second.get('session', 'b.0'), undefined);
  });

  it('writes what is handed in during one tick with one commit, of one document', async () => {
    const accountId = newAccountId();
    const { session } = await open(accountId, 1);
    const writes = [
      session.set([{ type: 'session', id: 'a.0', value: 'one' }]),
      session.set([{ type: 'session', id: 'b.0', value: 'two' }]),
      session.saveCreds('creds'),
    ];
    await Promise.all(writes);
    assert.equal(await writeCount(accountId), 1);
    assert.deepEqual(await bucketIds(accountId), []);
  });

  it('does not write what is durable already', async () => {
    const accountId = newAccountId();
    const { session } = await open(accountId, 1);
    await session.set([{ type: 'session', id: 'a.0', value: 'one' }]);
    await session.set([{ type: 'session', id: 'a.0', value: 'one' }]);
    await session.set([{ type: 'session', id: 'never set', value: null }]);
    assert.equal(await writeCount(accountId), 1);
  });

  it('resolves a repeated write only once the first is durable', async () => {
    const accountId = newAccountId();
    const { session } = await open(accountId, 1);
    void session.set([{ type: 'session', id: 'a.0', value: 'one' }]);
    await session.set([{ type: 'session', id: 'a.0', value: 'one' }]);
    assert.equal((await open(accountId, 2)).session.get('session', 'a.0'), 'one');
  });

  it('moves rows to buckets when many gathered, and still finds each', async () => {
    const accountId = newAccountId();
    const { session } = await open(accountId, 1);
    const rows = rowsOf('pre-key', 812, 160);
    await session.set(rows);
    await session.set([{ type: 'pre-key', id: '5', value: null }]);
    await session.set([{ type: 'pre-key', id: '6', value: 'changed' }]);
    assert.equal((await bucketIds(accountId)).length, 4);
    const again = (await open(accountId, 2)).session;
    assert.equal(again.get('pre-key', '0'), rows[0]?.value);
    assert.equal(again.get('pre-key', '5'), undefined);
    assert.equal(again.get('pre-key', '6'), 'changed');
  });

  it('stores a row larger than a document, and lets it shrink again', async () => {
    const accountId = newAccountId();
    const first = (await open(accountId, 1)).session;
    const large = randomBytes(450_000).toString('base64');
    await first.set([{ type: 'app-state-sync-version', id: 'regular', value: large }]);
    const second = (await open(accountId, 2)).session;
    assert.equal(second.get('app-state-sync-version', 'regular'), large);
    assert.equal((await bucketIds(accountId)).length, 3);
    await second.set([{ type: 'app-state-sync-version', id: 'regular', value: large.slice(0, 100_000) }]);
    assert.equal((await bucketIds(accountId)).length, 1);
    const third = (await open(accountId, 3)).session;
    assert.equal(third.get('app-state-sync-version', 'regular'), large.slice(0, 100_000));
  });

  it('shows no stored byte in clear', async () => {
    const accountId = newAccountId();
    const { session } = await open(accountId, 1);
    await session.saveCreds('private key material');
    await session.set(rowsOf('session', 3, 30_000));
    const documents = [
      await db.doc(paths.session(accountId)).get(),
      ...(await db.collection(paths.sessionKeys(accountId)).get()).docs,
    ];
    const stored = documents.map((document) => JSON.stringify(document.data(), asLatin1)).join();
    assert.ok(!stored.includes('private key material'));
    assert.ok(!stored.includes('vvvv'));
  });
});

function asLatin1(_key: string, value: unknown): unknown {
  const bytes: unknown = typeof value === 'object' && value !== null && 'data' in value ? value.data : null;
  return Array.isArray(bytes) ? Buffer.from(bytes as number[]).toString('latin1') : value;
}

describe('the fence of a session', () => {
  it('refuses every write of a host that lost the account, and says so once', async () => {
    const accountId = newAccountId();
    const former = await open(accountId, 1);
    await former.session.set([{ type: 'session', id: 'a.0', value: 'one' }]);
    const owner = await open(accountId, 2);
    await assert.rejects(former.session.set([{ type: 'session', id: 'a.0', value: 'stale' }]), FencedError);
    await assert.rejects(former.session.saveCreds('stale'), FencedError);
    await assert.rejects(former.session.set(rowsOf('pre-key', 812, 160)), FencedError);
    assert.equal(former.fencedCount(), 1);
    await owner.session.set([{ type: 'session', id: 'b.0', value: 'two' }]);
    const next = (await open(accountId, 3)).session;
    assert.equal(next.get('session', 'a.0'), 'one');
    assert.equal(next.get('session', 'b.0'), 'two');
    assert.equal(next.creds, null);
  });

  it('lets a host write nothing from the moment its lease has run out by its own clock', async () => {
    const accountId = newAccountId();
    let isHeld = true;
    const { session, fencedCount } = await open(accountId, 1, kek, () => isHeld);
    await session.set([{ type: 'session', id: 'a.0', value: 'one' }]);
    isHeld = false;
    // Nobody else has taken the session: Firestore would let it.
    await assert.rejects(session.set([{ type: 'session', id: 'a.0', value: 'late' }]), FencedError);
    await assert.rejects(session.saveCreds('late'), FencedError);
    await assert.rejects(session.erase('destroy'), FencedError);
    await assert.rejects(
      open(accountId, 2, kek, () => isHeld),
      FencedError,
    );
    // When it holds again, this opening does not: somebody may have written meanwhile.
    isHeld = true;
    await assert.rejects(session.set([{ type: 'session', id: 'a.0', value: 'late' }]), FencedError);
    assert.equal(fencedCount(), 1);
    assert.equal(await writeCount(accountId), 1);
    assert.equal((await open(accountId, 1)).session.get('session', 'a.0'), 'one');
  });

  it('refuses a host whose lease is older than the stored one', async () => {
    const accountId = newAccountId();
    await open(accountId, 7);
    await assert.rejects(open(accountId, 6), FencedError);
  });

  it('lets the same lease open again, and shuts out the opening before', async () => {
    const accountId = newAccountId();
    const before = await open(accountId, 1);
    const again = await open(accountId, 1);
    await assert.rejects(before.session.set([{ type: 'session', id: 'a.0', value: 'one' }]), FencedError);
    await again.session.set([{ type: 'session', id: 'a.0', value: 'two' }]);
    assert.equal((await open(accountId, 1)).session.get('session', 'a.0'), 'two');
  });

  it('goes on when something else touched the document', async () => {
    const accountId = newAccountId();
    const { session } = await open(accountId, 1);
    await db.doc(paths.session(accountId)).update({ note: 'looked at by an operator' });
    await session.set([{ type: 'session', id: 'a.0', value: 'one' }]);
    assert.equal((await open(accountId, 2)).session.get('session', 'a.0'), 'one');
  });
});

describe('the keys of a session', () => {
  it('are needed: a wrong one is named, and nothing is changed', async () => {
    const accountId = newAccountId();
    const { session } = await open(accountId, 1);
    await session.saveCreds('creds');
    const wrong = localKek(randomBytes(32));
    await assert.rejects(open(accountId, 2, wrong), (error) => {
      assert.ok(error instanceof SessionKeyError);
      assert.match(error.message, new RegExp(`encrypted with the key ${kek.kid}, this host has ${wrong.kid}`));
      return true;
    });
    assert.equal((await open(accountId, 3)).session.creds, 'creds');
  });

  it('can be rotated', async () => {
    const accountId = newAccountId();
    const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
    await (await open(accountId, 1, localKek(oldKey))).session.saveCreds('creds');
    assert.equal((await open(accountId, 2, localKek(newKey, [oldKey]))).session.creds, 'creds');
    assert.equal((await open(accountId, 3, localKek(newKey))).session.creds, 'creds');
  });

  it('belong to one account: a document copied to another account does not open', async () => {
    const [from, to] = [newAccountId(), newAccountId()];
    await (await open(from, 1)).session.saveCreds('creds');
    const copied = (await db.doc(paths.session(from)).get()).data();
    assert.ok(copied);
    await db.doc(paths.session(to)).set(copied);
    await assert.rejects(open(to, 2), SessionKeyError);
  });
});

describe('erasing a session', () => {
  it('forgets rows and credentials for good, and keeps an encrypted backup of the credentials', async () => {
    const accountId = newAccountId();
    const { session } = await open(accountId, 1);
    await session.saveCreds('the former credentials');
    await session.set(rowsOf('pre-key', 812, 160));
    const erased = session.erase('keep-backup');
    assert.equal(session.creds, null);
    assert.equal(session.get('pre-key', '1'), undefined);
    await erased;
    assert.equal((await backupsOf(accountId)).length, 1);
    await session.set([{ type: 'session', id: 'new.0', value: 'new' }]);
    await session.saveCreds('the next credentials');
    const next = (await open(accountId, 2)).session;
    assert.equal(next.creds, 'the next credentials');
    assert.equal(next.get('pre-key', '1'), undefined);
    assert.equal(next.get('session', 'new.0'), 'new');
    assert.equal((await backupsOf(accountId)).length, 2);
  });

  it('keeps what is written right after it was asked for', async () => {
    const accountId = newAccountId();
    const { session } = await open(accountId, 1);
    await session.set([{ type: 'session', id: 'a.0', value: 'old' }]);
    const writes = [session.erase('destroy'), session.set([{ type: 'session', id: 'b.0', value: 'new' }])];
    await Promise.all(writes);
    const next = (await open(accountId, 2)).session;
    assert.equal(next.get('session', 'a.0'), undefined);
    assert.equal(next.get('session', 'b.0'), 'new');
    assert.deepEqual(await backupsOf(accountId), []);
  });
});
