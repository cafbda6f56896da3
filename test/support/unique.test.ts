import assert from 'node:assert/strict';
import { requestIdSchema } from '@switchboard/contract/ids';
import { parsePhone } from '@switchboard/contract/phone';
import { freshId, freshPhone } from './unique.ts';

describe('fresh names for tests', () => {
  it('are phone numbers in the spelling the contract gives them, each once', () => {
    const phones = Array.from({ length: 500 }, freshPhone);
    assert.deepEqual(
      phones.map((phone) => parsePhone(phone)),
      phones,
    );
    assert.equal(new Set(phones).size, phones.length);
  });

  it('are ids a client may choose', () => {
    const ids = Array.from({ length: 100 }, () => freshId('request'));
    assert.deepEqual(
      ids.map((id) => requestIdSchema.parse(id)),
      ids,
    );
    assert.equal(new Set(ids).size, ids.length);
  });
});
