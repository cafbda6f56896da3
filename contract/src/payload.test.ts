import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseOutboxInput } from './outbox.ts';
import { bodyOf, isChange, isEmoji, payloadSchema, targetIdOf, type Payload } from './payload.ts';

const PAYLOADS: readonly { readonly payload: Payload; readonly body: string; readonly targetId: string | null }[] = [
  { payload: { kind: 'text', text: 'hi' }, body: 'hi', targetId: null },
  { payload: { kind: 'text', text: 'hi', quotedId: 'A' }, body: 'hi', targetId: 'A' },
  { payload: { kind: 'reaction', targetId: 'A', emoji: '👍' }, body: '👍', targetId: 'A' },
  { payload: { kind: 'reaction', targetId: 'A', emoji: null }, body: '', targetId: 'A' },
  { payload: { kind: 'edit', targetId: 'A', text: 'hi' }, body: 'hi', targetId: 'A' },
  { payload: { kind: 'delete', targetId: 'A' }, body: '', targetId: 'A' },
];

describe('a payload', () => {
  for (const { payload, body, targetId } of PAYLOADS) {
    it(`is read as written, and says what it is about: ${JSON.stringify(payload)}`, () => {
      assert.deepEqual(payloadSchema.parse(payload), payload);
      assert.equal(bodyOf(payload), body);
      assert.equal(targetIdOf(payload), targetId);
      assert.equal(isChange(payload), payload.kind !== 'text');
    });
  }

  const at = { seconds: 0, nanoseconds: 0, toMillis: () => 0, toDate: () => new Date(0) };
  const entry = { accountId: 'a', threadId: 't', status: 'queued', createdAt: at, createdBy: 'u' };
  const refusals: readonly [string, Record<string, unknown>, string, string | null][] = [
    ['a word for an emoji', { kind: 'reaction', targetId: 'A', emoji: 'ok' }, 'emoji_invalid', 'payload.emoji'],
    ['two emoji', { kind: 'reaction', targetId: 'A', emoji: '👍👍' }, 'emoji_invalid', 'payload.emoji'],
    ['an empty emoji', { kind: 'reaction', targetId: 'A', emoji: '' }, 'emoji_invalid', 'payload.emoji'],
    ['no emoji', { kind: 'reaction', targetId: 'A' }, 'invalid_request', 'payload.emoji'],
    ['no target', { kind: 'delete' }, 'invalid_request', 'payload.targetId'],
    ['a blank edit', { kind: 'edit', targetId: 'A', text: ' ' }, 'text_missing', 'payload.text'],
    ['an endless edit', { kind: 'edit', targetId: 'A', text: 'x'.repeat(70_000) }, 'text_too_long', 'payload.text'],
    ['an extra field', { kind: 'delete', targetId: 'A', forMe: true }, 'invalid_request', 'payload.forMe'],
  ];
  for (const [what, payload, code, field] of refusals) {
    it(`is refused with ${what}, by code and field`, () => {
      const parsed = parseOutboxInput({ ...entry, payload });
      assert.ok(!parsed.ok);
      assert.deepEqual([parsed.error.code, parsed.error.field], [code, field]);
    });
  }

  it('that changes a message is for now: only messages are sent later', () => {
    const parsed = parseOutboxInput({ ...entry, sendAt: at, payload: { kind: 'delete', targetId: 'A' } });
    assert.ok(!parsed.ok);
    assert.equal(parsed.error.field, 'sendAt');
    assert.ok(parseOutboxInput({ ...entry, sendAt: at, payload: { kind: 'text', text: 'a' } }).ok);
  });
});

describe('one emoji', () => {
  for (const emoji of ['👍', '❤️', '❤', '👨‍👩‍👧‍👦', '👍🏽', '🇷🇴', '1️⃣', '☺', '🏴󠁧󠁢󠁥󠁮󠁧󠁿']) {
    it(`is ${emoji}`, () => {
      assert.ok(isEmoji(emoji));
    });
  }

  it('is no word, no digit, nothing and nothing more than one', () => {
    for (const text of ['', 'a', '1', '+1', ':)', '👍 ', '👍👎', '👍a', '️']) assert.ok(!isEmoji(text), text);
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.ok(!isEmoji(text) || text.length > 0);
      }),
    );
  });
});
