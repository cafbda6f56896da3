import assert from 'node:assert/strict';
import { CLOSE_CODES } from '../faults/fault.ts';
import { closingOf, failure, isLoginRefusal } from './closing.ts';

describe('ways to end a connection', () => {
  it('every close code has exactly one', () => {
    for (const code of CLOSE_CODES)
      if (isLoginRefusal(code)) assert.equal(failure(code).attrs['reason'], String(code));
      else assert.ok(['say', 'drop', 'silence'].includes(closingOf(code).how));
  });

  it('a temporary ban says why and for how long', () => {
    assert.deepEqual([failure(402).attrs['code'], failure(402).attrs['expire']], ['101', '3600']);
    assert.equal(failure(403).attrs['expire'], undefined);
  });
});
