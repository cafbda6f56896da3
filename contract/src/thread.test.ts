import assert from 'node:assert/strict';
import { previewOf } from './thread.ts';

describe('the preview of a message', () => {
  it('is one line', () => {
    assert.equal(previewOf('  first\n\n second\tthird '), 'first second third');
  });

  it('is cut between characters, never inside one', () => {
    const preview = previewOf('😀'.repeat(200));
    assert.equal(preview, `${'😀'.repeat(120)}…`);
    assert.equal(previewOf('👩‍👩‍👧'.repeat(130)), `${'👩‍👩‍👧'.repeat(120)}…`);
  });

  it('marks every cut', () => {
    assert.equal(previewOf('x'.repeat(120)), 'x'.repeat(120));
    assert.equal(previewOf('x'.repeat(5_000)), `${'x'.repeat(120)}…`);
  });
});
