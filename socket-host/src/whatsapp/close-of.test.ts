import assert from 'node:assert/strict';
import { closeOf } from './close-of.ts';

function libraryError(message: string, statusCode: number, data?: unknown): Error {
  return Object.assign(new Error(message), { output: { statusCode }, data });
}

describe('the reason of a close', () => {
  it('is the code and the words of the library', () => {
    assert.deepEqual(closeOf(libraryError('Connection Failure', 403)), { code: 403, message: 'Connection Failure' });
  });

  it('has no code when nothing went wrong', () => {
    assert.equal(closeOf(undefined).code, null);
  });

  it('is a logout when a conflict says that this device was removed', () => {
    const conflict = (type: string) =>
      libraryError('Stream Errored (conflict)', 440, { tag: 'conflict', attrs: { type } });
    assert.equal(closeOf(conflict('replaced')).code, 440);
    assert.equal(closeOf(conflict('device_removed')).code, 401);
  });

  it('is the code for anything unknown when the error carries none', () => {
    assert.deepEqual(closeOf(new TypeError('a bug')), { code: 500, message: 'a bug' });
    assert.deepEqual(closeOf('text'), { code: 500, message: 'unknown reason' });
  });
});
