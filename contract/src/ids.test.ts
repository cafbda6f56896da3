import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { accountIdOf, accountIdSchema, requestIdSchema, waMessageIdOf } from './ids.ts';

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

  it('of requests cannot reach into another path', () => {
    for (const id of ['', 'a/b', '..', 'a b', 'x'.repeat(129)])
      assert.equal(requestIdSchema.safeParse(id).success, false, id);
    assert.ok(requestIdSchema.safeParse('2f1c_-A').success);
  });
});
