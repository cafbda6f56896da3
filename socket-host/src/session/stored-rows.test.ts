/** Damage to stored rows, row by row; what it means for a link is in test/faults/session-damage.test.ts. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cutBucket, encodeBucket, encodeRows } from './buckets.ts';
import { localKek } from './kek.ts';
import { freshCrypt, openCrypt, type SessionCrypt } from './session-crypt.ts';
import { openRows } from './stored-rows.ts';
import type { SessionRow } from './types.ts';

let crypt: SessionCrypt;

function row(type: string, id: string, value: string | null = 'kept'): SessionRow {
  return { type, id, value };
}

function bucket(bucketId: string, ...rows: readonly SessionRow[]) {
  return cutBucket(bucketId, crypt.seal(bucketId, encodeBucket(rows)));
}

function recentOf(...rows: readonly SessionRow[]): Uint8Array {
  return crypt.seal('recent', encodeRows(rows));
}

describe('the rows of a stored session', () => {
  before(async () => {
    ({ crypt } = await freshCrypt(localKek(randomBytes(32)), 'account_test', 0));
  });

  it('are all there when nothing is damaged', () => {
    const parts = [...bucket('session-1', row('session', 'a')), ...bucket('link-0', row('link', 'over'))];
    const { rows, loss, partCounts } = openRows(parts, recentOf(row('session', 'b')), crypt);
    assert.equal(loss, null);
    assert.deepEqual([rows.get('session', 'a'), rows.get('session', 'b'), rows.get('link', 'over')].length, 3);
    assert.deepEqual([...partCounts.keys()], ['session-1', 'link-0']);
  });

  it('of a damaged bucket are lost but for those written since, and its documents are to go', () => {
    const damaged = bucket('session-1', row('session', 'a'), row('session', 'b')).map((part) => ({
      ...part,
      bytes: randomBytes(200),
    }));
    const recent = row('lid-mapping', 'newer');
    const { rows, loss, partCounts } = openRows(
      [...damaged, ...bucket('pre-key-0', row('pre-key', '1'))],
      recentOf(recent),
      crypt,
    );
    assert.deepEqual(loss?.told, { damaged: 'session-1', forgotten: '' });
    assert.deepEqual(loss.partIds, ['session-1']);
    assert.deepEqual(rows.list('session'), []);
    assert.equal(rows.get('pre-key', '1'), 'kept');
    assert.equal(rows.get('lid-mapping', 'newer'), 'kept');
    assert.deepEqual([...partCounts.keys()], ['pre-key-0']);
  });

  it('of keys to groups take with them who was told those keys, also from what was written since', () => {
    const parts = [
      ...bucket('sender-key-3', row('sender-key', 'g')).map((part) => ({ ...part, bytes: randomBytes(99) })),
      ...bucket('sender-key-memory-1', row('sender-key-memory', 'g')),
    ];
    const recent = recentOf(row('sender-key-memory', 'h'), row('session', 'a'));
    const { rows, loss } = openRows(parts, recent, crypt);
    assert.deepEqual(rows.list('sender-key-memory'), []);
    assert.equal(rows.get('session', 'a'), 'kept');
    assert.deepEqual(loss?.partIds, ['sender-key-3', 'sender-key-memory-1']);
    assert.deepEqual(Buffer.from(loss.recent), Buffer.from(encodeRows([row('session', 'a')])));
  });

  it('written last, when they are lost, take every ratchet with them and nothing else', () => {
    const parts = [
      ...bucket('session-1', row('session', 'a')),
      ...bucket('identity-key-1', row('identity-key', 'a')),
      ...bucket('pre-key-1', row('pre-key', '7')),
    ];
    const { rows, loss } = openRows(parts, randomBytes(64), crypt);
    assert.equal(loss?.told.damaged, 'recent');
    assert.deepEqual(rows.list('session'), []);
    assert.equal(rows.get('identity-key', 'a'), 'kept');
    assert.equal(rows.get('pre-key', '7'), 'kept');
    assert.deepEqual(loss.partIds, ['session-1']);
  });

  it('name no more places than a person reads', () => {
    const parts = Array.from({ length: 12 }, (_, index) => {
      return { partId: `session-${String(index)}`, bytes: randomBytes(50), parts: 1 };
    });
    assert.match(openRows(parts, null, crypt).loss?.told.damaged ?? '', /session-9 and 2 more$/);
  });

  it('of one bucket under the name of another are damaged, never taken for rows of that one', () => {
    const [moved] = bucket('session-1', row('session', 'a'));
    assert.ok(moved);
    const recent = crypt.seal('pre-key-1', encodeRows([row('pre-key', '7')]));
    const { rows, loss } = openRows([{ ...moved, partId: 'session-2' }], recent, crypt);
    assert.equal(loss?.told.damaged, 'recent, session-2');
    assert.deepEqual([rows.list('session'), rows.list('pre-key')], [[], []]);
    assert.equal(openRows([moved], null, crypt).loss, null);
  });

  it('of one account are nobody else’s, though both had the same data key', async () => {
    // Whoever keeps the keys does not ask whose they are: what was sealed has to tell.
    const kek = {
      kid: 'careless',
      wrap: (key: Uint8Array) => Promise.resolve(key),
      unwrap: (key: Uint8Array) => Promise.resolve(key),
    };
    const { crypt: own, keys } = await freshCrypt(kek, 'account_own', 0);
    const parts = cutBucket('session-1', own.seal('session-1', encodeBucket([row('session', 'a')])));
    const recent = own.seal('recent', encodeRows([row('session', 'b')]));
    const lostBy = async (accountId: string, dataKeyId: string) => {
      const { rows, loss } = openRows(parts, recent, await openCrypt(kek, accountId, { ...keys, dataKeyId }));
      return { found: rows.list('session').length, damaged: loss?.told.damaged };
    };
    assert.deepEqual(await lostBy('account_own', keys.dataKeyId), { found: 2, damaged: undefined });
    assert.deepEqual(await lostBy('account_other', keys.dataKeyId), { found: 0, damaged: 'recent, session-1' });
    assert.deepEqual(await lostBy('account_own', 'another-key'), { found: 0, damaged: 'recent, session-1' });
  });
});
