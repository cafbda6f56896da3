import assert from 'node:assert/strict';
import fc from 'fast-check';
import { changedBy, type MessageChange } from './change.ts';
import { MAX_REACTIONS, OUR_REACTION, type Message } from './message.ts';
import { searchTokensOf } from './search.ts';
import type { Timestamp } from './timestamp.ts';

function at(ms: number): Timestamp {
  return { seconds: Math.floor(ms / 1_000), nanoseconds: 0, toMillis: () => ms, toDate: () => new Date(ms) };
}

const ANA = '1@lid';
type Changeable = Parameters<typeof changedBy>[0] & Pick<Message, 'searchTokens'>;
const theirs: Changeable = {
  direction: 'inbound',
  senderJid: ANA,
  kind: 'text',
  body: 'helo',
  searchTokens: searchTokensOf('helo'),
  reactions: {},
  reactionsTakenBack: {},
  editedAt: null,
  deletedAt: null,
};
const ours: Changeable = { ...theirs, direction: 'outbound', senderJid: null };

function after(message: Changeable, ...changes: MessageChange[]): Changeable {
  return changes.reduce((before, change) => ({ ...before, ...changedBy(before, change) }), message);
}

const react = (emoji: string | null, ms: number, by = ANA): MessageChange => ({
  kind: 'reaction',
  emoji,
  by,
  at: at(ms),
});
const edit = (text: string, ms: number, by = ANA): MessageChange => ({ kind: 'edit', text, by, at: at(ms) });
const remove = (ms: number, by = ANA): MessageChange => ({ kind: 'delete', by, at: at(ms) });

const emojiOf = ({ reactions }: Changeable) => Object.values(reactions).map(({ emoji }) => emoji);

describe('what was done to a message', () => {
  it('each side has one reaction, replaces it and takes it back', () => {
    const both = after(theirs, react('👍', 1), react('❤️', 2, OUR_REACTION));
    assert.deepEqual(emojiOf(both), ['👍', '❤️']);
    assert.deepEqual(emojiOf(after(both, react('🎉', 3))), ['❤️', '🎉']);
    assert.deepEqual(emojiOf(after(both, react(null, 3))), ['❤️']);
    assert.deepEqual(emojiOf(after(both, react(null, 3), react('👍', 4))), ['❤️', '👍']);
  });

  it('an edit puts its words, and what they are searched by, in place of the old ones', () => {
    const { body, searchTokens, editedAt } = after(theirs, edit('hello', 5));
    assert.deepEqual([body, searchTokens, editedAt?.toMillis()], ['hello', searchTokensOf('hello'), 5]);
    assert.equal(after({ ...theirs, kind: 'undecryptable' }, edit('hello', 5)).kind, 'text');
    assert.equal(after({ ...theirs, kind: 'unsupported', body: '[image]' }, edit('caption', 5)).body, '[image]');
  });

  it('a deletion takes words, search and reactions away, for good', () => {
    const deleted = after(theirs, react('👍', 1), remove(2), edit('hello', 3), react('❤️', 4));
    assert.deepEqual(
      [deleted.body, deleted.searchTokens, deleted.reactions, deleted.deletedAt?.toMillis()],
      ['', [], {}, 2],
    );
  });

  it('nobody edits or deletes what somebody else wrote', () => {
    for (const change of [edit('forged', 1, OUR_REACTION), remove(1, OUR_REACTION), edit('forged', 1, '2@lid')]) {
      assert.equal(changedBy(theirs, change), null);
    }
    for (const change of [edit('forged', 1), remove(1)]) assert.equal(changedBy(ours, change), null);
    assert.equal(after(ours, edit('mine', 1, OUR_REACTION)).body, 'mine');
    // The other spelling of a person is not known to be somebody else.
    assert.equal(after(theirs, edit('mine', 1, '40712345678@s.whatsapp.net')).body, 'mine');
  });

  it('is the same in whatever order and however often it is told', () => {
    const told = fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('reaction' as const), emoji: fc.constantFrom('👍', '❤️', null) }),
        fc.record({ kind: fc.constant('edit' as const), text: fc.constantFrom('a', 'b', 'c') }),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(told, fc.array(fc.nat(), { minLength: 16, maxLength: 16 }), (list, order) => {
        const changes = list.map((what, index): MessageChange => ({ ...what, by: ANA, at: at(index + 1) }));
        const keyed = [...changes, ...changes].map((change, index) => ({ change, key: order[index] ?? 0 }));
        const shuffled = keyed.toSorted((a, b) => a.key - b.key).map(({ change }) => change);
        const [inOrder, outOfOrder] = [after(theirs, ...changes), after(theirs, ...shuffled)];
        assert.deepEqual(emojiOf(outOfOrder), emojiOf(inOrder));
        assert.equal(outOfOrder.body, inOrder.body);
      }),
    );
  });

  it('keeps the newest reactions of a large group', () => {
    const many = Array.from({ length: MAX_REACTIONS + 20 }, (_, n) => react('👍', n + 1, `${String(n)}@lid`));
    const { reactions } = after(theirs, ...many);
    assert.equal(Object.keys(reactions).length, MAX_REACTIONS);
    assert.ok(!('0@lid' in reactions) && `${String(MAX_REACTIONS + 19)}@lid` in reactions);
  });
});
