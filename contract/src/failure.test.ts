import assert from 'node:assert/strict';
import * as z from 'zod/mini';
import './english.ts';
import { FAILURES } from './failures.ts';
import { detailOf, errorOf, errorOfIssues, failureOf, type FailureCode } from './failure.ts';

describe('failures', () => {
  it('say what was wrong this time', () => {
    assert.deepEqual(errorOf('invalid_phone', '+40', 'toPhone'), {
      code: 'invalid_phone',
      message: 'This is not a phone number: +40.',
      field: 'toPhone',
    });
  });

  it('name the nested field a schema refused', () => {
    const schema = z.strictObject({ a: z.strictObject({ b: z.string() }) });
    const error = schema.safeParse({ a: { b: 1 } }).error;
    assert.ok(error);
    assert.equal(errorOfIssues(error).field, 'a.b');
  });

  it('say in words what a schema refused', () => {
    const { error } = z.object({ name: z.string() }).safeParse({ name: 1 });
    assert.ok(error);
    const words = 'name: Invalid input: expected string, received number';
    assert.equal(errorOfIssues(error).message, `The request is malformed: ${words}.`);
  });

  it('give back what was wrong this time, and nothing when the words are not theirs', () => {
    for (const [code, { text }] of Object.entries(FAILURES)) {
      const detail = text.includes('{detail}') ? 'a.b: too long (1.)' : '';
      assert.equal(detailOf(errorOf(code as FailureCode, detail)), detail, code);
    }
    assert.equal(detailOf({ code: 'not_on_whatsapp', message: 'Other words.', field: null }), null);
    assert.equal(detailOf({ code: 'invalid_phone', message: 'Other words.', field: null }), null);
  });

  it('never call a message certain that WhatsApp may have', () => {
    assert.equal(failureOf('unacknowledged').certain, false);
    assert.equal(failureOf('too_many_attempts').certain, false);
    assert.equal(failureOf('refused_by_whatsapp').certain, true);
  });

  it('never let 463 be tried again', () => {
    assert.equal(failureOf('new_chats_restricted').retry, false);
  });
});
