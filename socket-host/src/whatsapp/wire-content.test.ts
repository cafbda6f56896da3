import { storedMessageIdOf } from '@switchboard/contract/ids';
import { proto } from '@whiskeysockets/baileys';
import assert from 'node:assert/strict';
import type { WireContent } from './types.ts';
import { contentOf } from './wire-content.ts';

const text = (words: string): proto.IMessage => ({ conversation: words });
const { Type: Protocol } = proto.Message.ProtocolMessage;

const CONTENTS: readonly {
  readonly name: string;
  readonly message: proto.IMessage;
  readonly content: WireContent | null;
}[] = [
  { name: 'a plain text', message: text('hello'), content: { kind: 'text', text: 'hello' } },
  {
    name: 'a text with a quote or a link',
    message: {
      extendedTextMessage: {
        text: 'hello',
        contextInfo: { stanzaId: 'x', participant: '1:3@lid', quotedMessage: { conversation: 'before' } },
      },
    },
    content: { kind: 'text', text: 'hello', quote: { waMessageId: 'x', authorJid: '1@lid', text: 'before' } },
  },
  {
    name: 'a text beside what is for the library',
    message: { senderKeyDistributionMessage: { groupId: 'g' }, messageContextInfo: {}, conversation: 'hello' },
    content: { kind: 'text', text: 'hello' },
  },
  {
    name: 'a disappearing text',
    message: { ephemeralMessage: { message: text('hello') } },
    content: { kind: 'text', text: 'hello' },
  },
  {
    name: 'a view-once text, twice wrapped',
    message: { ephemeralMessage: { message: { viewOnceMessageV2: { message: text('hello') } } } },
    content: { kind: 'text', text: 'hello' },
  },
  {
    name: 'what our own phone sent',
    message: {
      deviceSentMessage: { destinationJid: '1@lid', message: { ephemeralMessage: { message: text('mine') } } },
    },
    content: { kind: 'text', text: 'mine' },
  },
  {
    name: 'a reaction',
    message: { reactionMessage: { text: '👍', key: { id: 'TARGET' } } },
    content: { kind: 'reaction', emoji: '👍', targetId: 'TARGET', at: null },
  },
  {
    name: 'a reaction taken back',
    message: { reactionMessage: { text: '', key: { id: 'TARGET' } } },
    content: { kind: 'reaction', emoji: null, targetId: 'TARGET', at: null },
  },
  {
    name: 'a reaction to what no document can be named, at a time no document can hold',
    message: { reactionMessage: { text: '👍', key: { id: 'a/b' }, senderTimestampMs: 568_971_820_800_000 } },
    content: { kind: 'reaction', emoji: '👍', targetId: storedMessageIdOf('a/b'), at: null },
  },
  {
    name: 'a reaction with an essay for an emoji',
    message: { reactionMessage: { text: 'x'.repeat(5_000), key: { id: 'TARGET' } } },
    content: { kind: 'reaction', emoji: `${'x'.repeat(63)}…`, targetId: 'TARGET', at: null },
  },
  {
    name: 'a text without end',
    message: text('x'.repeat(2_000_000)),
    content: { kind: 'text', text: `${'x'.repeat(65_535)}…` },
  },
  {
    name: 'an edit without end of what no document can be named',
    message: {
      protocolMessage: {
        type: Protocol.MESSAGE_EDIT,
        key: { id: '..' },
        timestampMs: 1_700_000_000_123_456,
        editedMessage: text('x'.repeat(2_000_000)),
      },
    },
    content: { kind: 'edit', targetId: storedMessageIdOf('..'), text: `${'x'.repeat(65_535)}…`, at: null },
  },
  {
    name: 'a deletion of what no document can be named',
    message: { protocolMessage: { type: Protocol.REVOKE, key: { id: '__x__' } } },
    content: { kind: 'delete', targetId: storedMessageIdOf('__x__') },
  },
  {
    name: 'a picture',
    message: { imageMessage: { caption: 'look' } },
    content: { kind: 'unsupported', wireKind: 'image' },
  },
  {
    name: 'a document with a caption',
    message: { documentWithCaptionMessage: { message: { documentMessage: {} } } },
    content: { kind: 'unsupported', wireKind: 'document' },
  },
  { name: 'a place', message: { locationMessage: {} }, content: { kind: 'unsupported', wireKind: 'location' } },
  {
    name: 'a poll of a newer version',
    message: { pollCreationMessageV3: { name: 'when?' } },
    content: { kind: 'unsupported', wireKind: 'pollCreationV3' },
  },
  { name: 'a voice call', message: { call: {} }, content: { kind: 'unsupported', wireKind: 'call' } },
  {
    name: 'a message deleted for everyone',
    message: { protocolMessage: { type: Protocol.REVOKE, key: { id: 'TARGET' } } },
    content: { kind: 'delete', targetId: 'TARGET' },
  },
  {
    name: 'an edited message',
    message: {
      editedMessage: {
        message: {
          protocolMessage: {
            type: Protocol.MESSAGE_EDIT,
            key: { id: 'TARGET' },
            timestampMs: 1_700_000_000_123,
            editedMessage: text('hi'),
          },
        },
      },
    },
    content: { kind: 'edit', targetId: 'TARGET', text: 'hi', at: new Date(1_700_000_000_123) },
  },
  {
    name: 'other words beside a picture',
    message: {
      protocolMessage: {
        type: Protocol.MESSAGE_EDIT,
        key: { id: 'TARGET' },
        editedMessage: { imageMessage: { caption: 'hi' } },
      },
    },
    content: { kind: 'edit', targetId: 'TARGET', text: 'hi', at: null },
  },
  { name: 'a key share', message: { protocolMessage: { type: Protocol.APP_STATE_SYNC_KEY_SHARE } }, content: null },
  {
    name: 'a notice of history',
    message: { protocolMessage: { type: Protocol.HISTORY_SYNC_NOTIFICATION } },
    content: null,
  },
  { name: 'a change of the timer', message: { protocolMessage: { type: Protocol.EPHEMERAL_SETTING } }, content: null },
  { name: 'only a group key', message: { senderKeyDistributionMessage: { groupId: 'g' } }, content: null },
  { name: 'nothing', message: {}, content: null },
];

describe('what a message says', () => {
  for (const { name, message, content } of CONTENTS) {
    it(name, () => {
      const decoded = proto.Message.decode(proto.Message.encode(proto.Message.fromObject(message)).finish());
      assert.deepEqual(contentOf(decoded), content);
    });
  }
});
