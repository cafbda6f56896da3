import assert from 'node:assert/strict';
import { proto } from '../wire/proto.ts';
import { changeOf, contentOf } from './content.ts';

const { Type } = proto.Message.ProtocolMessage;

describe('what a person sees of a message', () => {
  const cases: [string, proto.IMessage, ReturnType<typeof contentOf>][] = [
    ['a plain text', { conversation: 'hi' }, { kind: 'text', text: 'hi', quotedId: null, quotedText: null }],
    [
      'a text that answers another',
      {
        extendedTextMessage: { text: 'hi', contextInfo: { stanzaId: 'A', quotedMessage: { conversation: 'before' } } },
      },
      { kind: 'text', text: 'hi', quotedId: 'A', quotedText: 'before' },
    ],
    [
      'a picture with its caption',
      { imageMessage: { caption: 'us' } },
      { kind: 'image', text: 'us', quotedId: null, quotedText: null },
    ],
    [
      'a place',
      { locationMessage: { name: 'Home' } },
      { kind: 'location', text: 'Home', quotedId: null, quotedText: null },
    ],
    [
      'a poll of the newest kind',
      { pollCreationMessageV3: { name: 'Tea?' } },
      { kind: 'pollCreation', text: 'Tea?', quotedId: null, quotedText: null },
    ],
    ['a sticker', { stickerMessage: {} }, { kind: 'sticker', text: null, quotedId: null, quotedText: null }],
    [
      'what is inside a disappearing message',
      { ephemeralMessage: { message: { viewOnceMessage: { message: { conversation: 'hi' } } } } },
      { kind: 'text', text: 'hi', quotedId: null, quotedText: null },
    ],
    ['nothing of a key', { senderKeyDistributionMessage: { groupId: 'g' }, messageContextInfo: {} }, null],
    ['nothing of an empty message', {}, null],
  ];
  for (const [what, message, expected] of cases)
    it(what, () => {
      assert.deepEqual(contentOf(message), expected);
    });

  it('changes to a message are told from messages', () => {
    const key = { id: 'A' };
    assert.deepEqual(changeOf({ reactionMessage: { key, text: '👍' } }), { is: 'reaction', id: 'A', emoji: '👍' });
    assert.deepEqual(changeOf({ protocolMessage: { key, type: Type.REVOKE } }), { is: 'revoke', id: 'A' });
    const edit = { protocolMessage: { key, type: Type.MESSAGE_EDIT, editedMessage: { conversation: 'hello' } } };
    assert.deepEqual(changeOf(edit), { is: 'edit', id: 'A', text: 'hello' });
    assert.deepEqual(changeOf({ editedMessage: { message: edit } }), { is: 'edit', id: 'A', text: 'hello' });
    assert.equal(changeOf({ conversation: 'hi' }), null);
  });
});
