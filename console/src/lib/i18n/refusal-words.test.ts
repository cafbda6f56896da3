import assert from 'node:assert/strict';
import { errorOf, type FailureCode } from '@switchboard/contract/failure';
import { FAILURES } from '@switchboard/contract/failures';
import { ENGLISH } from './english.ts';
import { refusalWords } from './refusal-words.ts';
import { ROMANIAN } from './romanian.ts';
import { translator } from './translate.ts';

const english = translator('en', ENGLISH, ENGLISH);
const romanian = translator('ro', ROMANIAN, ENGLISH);

describe('the words of a refusal', () => {
  it('are the server’s own for who reads English', () => {
    for (const code of Object.keys(FAILURES) as FailureCode[]) {
      const error = errorOf(code, 'a {{detail}} (463).');
      assert.equal(refusalWords(english, error), error.message);
    }
  });

  it('are Romanian for who reads that, with what was wrong this time', () => {
    assert.equal(refusalWords(romanian, errorOf('not_on_whatsapp')), 'Acest număr nu este pe WhatsApp.');
    assert.equal(refusalWords(romanian, errorOf('refused_by_whatsapp', '420')), 'WhatsApp a refuzat mesajul (420).');
  });

  it('stay as they came when they are not those of their code', () => {
    const error = { code: 'internal', message: 'Words of another version.', field: null } as const;
    assert.equal(refusalWords(romanian, error), error.message);
  });
});
