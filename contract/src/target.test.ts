import assert from 'node:assert/strict';
import { MESSAGE_STATUSES, type Message } from './message.ts';
import type { Payload } from './payload.ts';
import { DELETE_WINDOW_MS, EDIT_GRACE_MS, EDIT_WINDOW_MS, quotedOf, refusalByTime, refusalOfTarget } from './target.ts';

type Judged = Parameters<typeof refusalOfTarget>[1];

const ours: Judged = { direction: 'outbound', kind: 'text', status: 'sent', deletedAt: null };
const theirs: Judged = { direction: 'inbound', kind: 'text', status: 'received', deletedAt: null };
const NOW = { seconds: 0, nanoseconds: 0, toMillis: () => 0, toDate: () => new Date(0) };

const quote: Payload = { kind: 'text', text: 'a', quotedId: 'A' };
const react: Payload = { kind: 'reaction', targetId: 'A', emoji: '👍' };
const edit: Payload = { kind: 'edit', targetId: 'A', text: 'b' };
const remove: Payload = { kind: 'delete', targetId: 'A' };

const ALL: readonly Payload[] = [quote, react, edit, remove];

const codeOf = (payload: Payload, message: Judged): string | null => refusalOfTarget(payload, message)?.code ?? null;

describe('what may be done to a message', () => {
  it('both sides’ messages are quoted and reacted to, ours edited and deleted', () => {
    for (const payload of [quote, react]) {
      for (const message of [ours, theirs]) assert.equal(codeOf(payload, message), null);
    }
    for (const payload of [edit, remove]) {
      assert.equal(codeOf(payload, ours), null);
      assert.equal(codeOf(payload, theirs), 'target_not_ours');
    }
  });

  it('only texts are edited', () => {
    assert.equal(codeOf(edit, { ...ours, kind: 'unsupported' }), 'target_not_text');
    assert.equal(codeOf(remove, { ...ours, kind: 'unsupported' }), null);
  });

  it('nothing is done to what has not left, or was deleted', () => {
    for (const status of MESSAGE_STATUSES.filter((one) => one !== 'received')) {
      const hasLeft = ['sent', 'delivered', 'read', 'played'].includes(status);
      for (const payload of ALL) {
        assert.equal(codeOf(payload, { ...ours, status }), hasLeft ? null : 'target_not_sent', status);
        assert.equal(codeOf(payload, { ...ours, status, deletedAt: NOW }), 'target_deleted');
      }
    }
  });

  it('the refusal names the field that named the message', () => {
    assert.equal(refusalOfTarget(quote, { ...theirs, deletedAt: NOW })?.field, 'payload.quotedId');
    assert.equal(refusalOfTarget(edit, theirs)?.field, 'payload.targetId');
  });

  it('edits and deletions have a time, which counts from when it was sent', () => {
    const at = (payload: Payload, ageMs: number, graceMs = 0) =>
      refusalByTime(payload, 1_000, 1_000 + ageMs, graceMs)?.code ?? null;
    assert.equal(at(edit, EDIT_WINDOW_MS), null);
    assert.equal(at(edit, EDIT_WINDOW_MS + 1), 'edit_window_passed');
    assert.equal(at(edit, EDIT_WINDOW_MS + EDIT_GRACE_MS, EDIT_GRACE_MS), null);
    assert.equal(at(remove, DELETE_WINDOW_MS), null);
    assert.equal(at(remove, DELETE_WINDOW_MS + 1), 'delete_window_passed');
    for (const payload of [quote, react]) assert.equal(at(payload, 10 * DELETE_WINDOW_MS), null);
  });
});

describe('the copy of a message that another one answers', () => {
  const message = (body: string): Pick<Message, 'waMessageId' | 'direction' | 'senderJid' | 'kind' | 'body'> => {
    return { waMessageId: 'A', direction: 'inbound', senderJid: '1@lid', kind: 'text', body };
  };

  it('is its beginning, and never half of an emoji', () => {
    assert.equal(quotedOf(message('short')).body, 'short');
    const { body } = quotedOf(message(`${'x'.repeat(198)}👍👍`));
    assert.equal(body, `${'x'.repeat(198)}…`);
    assert.ok(quotedOf(message('y'.repeat(70_000))).body.length <= 200);
  });
});
