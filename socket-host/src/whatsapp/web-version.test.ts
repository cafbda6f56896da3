import assert from 'node:assert/strict';
import { isNewer, LIBRARY_VERSION, parseWebVersion } from './web-version.ts';

describe('the version of WhatsApp Web', () => {
  it('is read out of the client’s source, escaped or not', () => {
    const [major, minor] = LIBRARY_VERSION;
    assert.deepEqual(parseWebVersion('x={"client_revision":1050000001,"y":1}'), [major, minor, 1_050_000_001]);
    assert.deepEqual(parseWebVersion('"{\\"client_revision\\": 7}"'), [major, minor, 7]);
  });

  it('is not guessed where none is named', () => {
    for (const source of ['', '<html>Please update your browser</html>', '"client_revision":"x"']) {
      assert.equal(parseWebVersion(source), null);
    }
  });

  it('is newer by its first part that differs', () => {
    assert.ok(isNewer([2, 3000, 2], [2, 3000, 1]));
    assert.ok(isNewer([2, 3001, 0], [2, 3000, 9]));
    assert.ok(!isNewer([2, 3000, 1], [2, 3000, 1]));
    assert.ok(!isNewer([1, 9999, 9], [2, 0, 0]));
  });
});
