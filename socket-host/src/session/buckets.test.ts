import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bucketOf, cutBucket, decodeRows, encodeRows, joinBuckets, MAX_PART_BYTES, partIdsFrom } from './buckets.ts';

const row = fc
  .tuple(fc.string(), fc.string(), fc.option(fc.string()))
  .map(([type, id, value]) => ({ type, id, value }));

describe('session buckets', () => {
  it('keep the place of a row for ever', () => {
    assert.equal(bucketOf('session', '40712345678_1.0'), 'session-4');
    assert.equal(bucketOf('pre-key', '7'), 'pre-key-2');
    assert.equal(bucketOf('a type nobody knows yet', 'x'), 'a type nobody knows yet-0');
  });

  it('give rows back as they were, deletions included', () => {
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        assert.deepEqual(decodeRows(encodeRows(rows)), rows);
      }),
    );
  });

  it('refuse bytes that are not rows', () => {
    for (const text of ['{}', '[1]', '[["session"]]', '[["session","id",7]]']) {
      assert.throws(() => decodeRows(Buffer.from(text)), Error, text);
    }
  });

  it('are cut into documents below the limit and join to the same bytes', () => {
    const sealed = Buffer.alloc(2 * MAX_PART_BYTES + 7, 'x');
    const parts = cutBucket('session-1', sealed);
    assert.deepEqual(
      parts.map((part) => part.partId),
      ['session-1', 'session-1.1', 'session-1.2'],
    );
    assert.ok(parts.every((part) => part.bytes.length <= MAX_PART_BYTES));
    const joined = joinBuckets([...parts].reverse()).get('session-1');
    assert.deepEqual(joined?.sealed, sealed);
    assert.equal(joined.partIds.length, 3);
  });

  it('report a missing part instead of half a bucket', () => {
    const [first, second] = cutBucket('session-1', Buffer.alloc(MAX_PART_BYTES + 1));
    assert.ok(first && second);
    for (const left of [[first], [second], [first, { ...second, parts: 3 }]]) {
      const joined = joinBuckets(left).get('session-1');
      assert.equal(joined?.sealed, null);
      assert.deepEqual(
        joined.partIds,
        left.map(({ partId }) => partId),
      );
    }
  });

  it('name the documents a bucket leaves behind when it shrinks', () => {
    assert.deepEqual(partIdsFrom('tctoken-0', 0, 2), ['tctoken-0', 'tctoken-0.1']);
    assert.deepEqual(partIdsFrom('tctoken-0', 2, 2), []);
  });
});
