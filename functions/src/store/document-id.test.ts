import assert from 'node:assert/strict';
import { isDocumentId } from './document-id.ts';

describe('a document id', () => {
  for (const text of ['a', 'account_demo_1__1@lid', '...', '__a', 'ä'.repeat(750)]) {
    it(`may be ${text.slice(0, 30)}`, () => {
      assert.equal(isDocumentId(text), true);
    });
  }

  for (const text of ['', '.', '..', 'a/b', '__a__', '__\n__', 'ä'.repeat(751)]) {
    it(`may not be ${JSON.stringify(text.slice(0, 30))}`, () => {
      assert.equal(isDocumentId(text), false);
    });
  }
});
