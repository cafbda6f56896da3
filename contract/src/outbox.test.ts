import assert from 'node:assert/strict';
import fc from 'fast-check';
import { canOutboxMove, outboxStatusSchema, parseOutboxInput } from './outbox.ts';
import { MAX_TEXT_LENGTH } from './payload.ts';

const CREATED_AT = { seconds: 0, nanoseconds: 0, toMillis: () => 0, toDate: () => new Date(0) };

function document(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    accountId: 'account_demo_0',
    toPhone: '+40712345678',
    payload: { kind: 'text', text: 'Hello' },
    status: 'queued',
    createdAt: CREATED_AT,
    createdBy: 'uid',
    ...changes,
  };
}

function refusal(changes: Record<string, unknown>): { code: string; field: string | null; message: string } {
  const parsed = parseOutboxInput(document(changes));
  assert.ok(!parsed.ok);
  return parsed.error;
}

describe('an outbox document', () => {
  it('is accepted with one recipient and a text', () => {
    assert.ok(parseOutboxInput(document()).ok);
    assert.ok(parseOutboxInput(document({ payload: { kind: 'text', text: 'x'.repeat(MAX_TEXT_LENGTH) } })).ok);
  });

  it('is refused without a text, naming the field', () => {
    for (const payload of [{ kind: 'text' }, { kind: 'text', text: '' }, { kind: 'text', text: ' \n ' }]) {
      assert.deepEqual(refusal({ payload }), {
        code: 'text_missing',
        message: 'A text message needs a text.',
        field: 'payload.text',
      });
    }
  });

  it('is refused with 70,000 characters, saying how many are allowed', () => {
    const { code, field, message } = refusal({ payload: { kind: 'text', text: 'x'.repeat(70_000) } });
    assert.equal(code, 'text_too_long');
    assert.equal(field, 'payload.text');
    assert.match(message, /70000 characters, at most 65536/);
  });

  it('is refused with fields of the server’s, naming the field', () => {
    assert.equal(refusal({ waMessageId: '3EB0' }).field, 'waMessageId');
    assert.equal(refusal({ payload: { kind: 'text', text: 'a', secret: 1 } }).field, 'payload.secret');
  });

  it('is refused with no recipient or with two', () => {
    assert.match(refusal({ toPhone: undefined }).message, /found none/);
    assert.match(refusal({ threadId: 't' }).message, /found toPhone and threadId/);
  });

  it('never makes the parser throw, whatever it holds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), fc.anything(), (fields, payload) => {
        const parsed = parseOutboxInput({ ...fields, payload });
        assert.ok(parsed.ok || parsed.error.message.length > 0);
      }),
    );
  });
});

describe('the status of an outbox entry', () => {
  it('once settled changes no more, but for a retry by hand', () => {
    for (const to of outboxStatusSchema.options) {
      assert.ok(!canOutboxMove('sent', to));
      assert.ok(!canOutboxMove('rejected', to));
      assert.ok(!canOutboxMove('cancelled', to));
      assert.equal(canOutboxMove('failed', to), to === 'routed');
    }
  });

  it('is claimed only once routed, and sent only once claimed', () => {
    assert.ok(!canOutboxMove('queued', 'processing'));
    assert.ok(!canOutboxMove('routed', 'sent'));
    assert.ok(canOutboxMove('routed', 'processing') && canOutboxMove('processing', 'sent'));
  });
});
