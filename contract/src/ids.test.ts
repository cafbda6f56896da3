import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { accountIdOf, accountIdSchema, requestIdSchema, storedMessageIdOf, waMessageIdOf } from './ids.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('ids', () => {
  it('give one phone one account', () => {
    const expected = `account_prod_${sha256('+40712345678').slice(0, 32)}`;
    assert.equal(accountIdOf('prod', '+40712345678'), expected);
    assert.ok(accountIdSchema.safeParse(expected).success);
  });

  it('keep the accounts of two environments apart', () => {
    assert.notEqual(accountIdOf('prod', '+40712345678'), accountIdOf('demo', '+40712345678'));
  });

  it('fix a message’s id from its account and request', () => {
    const digest = sha256('account_a|request-1').slice(0, 18).toUpperCase();
    assert.equal(waMessageIdOf('account_a', 'request-1'), `3EB0${digest}`);
  });

  it('have the shape of WhatsApp Web’s own message ids', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (account, request) => {
        assert.match(waMessageIdOf(account, request), /^3EB0[0-9A-F]{18}$/);
      }),
    );
  });

  it('of messages are WhatsApp’s own where a document can have them, and else always the same that it can have', () => {
    for (const id of ['3EB0C431', 'AC-1_x', '__x']) assert.equal(storedMessageIdOf(id), id);
    for (const id of ['a/b', '..', '__x__', '', 'a b', '\u{1F600}', 'x'.repeat(2_000)]) {
      const stored = storedMessageIdOf(id);
      assert.match(stored, /^x[0-9a-f]{40}$/);
      assert.equal(storedMessageIdOf(id), stored);
      assert.equal(storedMessageIdOf(stored), stored);
    }
    assert.notEqual(storedMessageIdOf('a/b'), storedMessageIdOf('a/c'));
  });

  it('of requests cannot reach into another path', () => {
    for (const id of ['', 'a/b', '..', 'a b', 'x'.repeat(129)])
      assert.equal(requestIdSchema.safeParse(id).success, false, id);
    assert.ok(requestIdSchema.safeParse('2f1c_-A').success);
  });
});
