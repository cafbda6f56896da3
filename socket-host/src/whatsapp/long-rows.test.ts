import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cutRow, joinRow } from './long-rows.ts';

/** Applies what cutting gives, as a session does. @returns how many rows changed. */
function write(rows: Map<string, string>, text: string | null): number {
  let changed = 0;
  for (const { id, value } of cutRow('row', text, rows.get('row'))) {
    if (rows.get(id) !== (value ?? undefined)) changed += 1;
    if (value === null) rows.delete(id);
    else rows.set(id, value);
  }
  return changed;
}

describe('a long row', () => {
  it('reads as it was written, whatever was there before', () => {
    const text = fc.tuple(fc.integer({ min: 0, max: 100_000 }), fc.string({ minLength: 1 }));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 6 }), (texts) => {
        const rows = new Map<string, string>();
        for (const [length, pattern] of texts) {
          const written = `"${pattern.repeat(Math.ceil(length / pattern.length)).slice(0, length)}`;
          write(rows, written);
          assert.equal(
            joinRow('row', (id) => rows.get(id)),
            written,
          );
        }
        write(rows, null);
        assert.equal(rows.size, 0);
      }),
    );
  });

  it('that grows at its end is written at its end', () => {
    const rows = new Map<string, string>();
    write(rows, '[' + '"x",'.repeat(50_000));
    assert.ok(rows.size > 10);
    assert.ok(write(rows, '[' + '"x",'.repeat(50_001)) <= 2);
  });

  it('is as good as none when a piece was lost, and can be written anew', () => {
    const rows = new Map<string, string>();
    write(rows, 'x'.repeat(50_000));
    rows.delete('row piece 1');
    assert.equal(
      joinRow('row', (id) => rows.get(id)),
      undefined,
    );
    write(rows, 'y'.repeat(40_000));
    assert.equal(
      joinRow('row', (id) => rows.get(id)),
      'y'.repeat(40_000),
    );
  });
});
