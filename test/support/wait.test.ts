import assert from 'node:assert/strict';
import { waitFor } from './wait.ts';

describe('waiting for a condition', () => {
  it('returns the value that met it', async () => {
    let reads = 0;
    const value = await waitFor(
      () => (reads += 1),
      (count) => count === 3,
      { what: 'the third read' },
    );
    assert.equal(value, 3);
  });

  it('says what was awaited and what was seen instead', async () => {
    const never = waitFor(
      () => ({ status: 'routed' }),
      ({ status }) => status === 'sent',
      { what: 'the entry to be sent', timeoutMs: 60 },
    );
    await assert.rejects(never, /for the entry to be sent; last seen: \{ status: 'routed' \}/);
  });
});
