import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import {
  initAuthCreds,
  makeEventBuffer,
  NO_MESSAGE_FOUND_ERROR_TEXT,
  proto,
  unpadRandomMax16,
  type BinaryNode,
  type WAMessage,
  type WASocket,
} from '@whiskeysockets/baileys';
import pino from 'pino';
import { fromWire } from './from-wire.ts';
import { contentOf } from './wire-content.ts';
import { standInFor, standInForContent, type StandIn } from './without-content.ts';

const DAY_SECONDS = 86_400;
const NOW_SECONDS = 1_700_000_000;
const OWN = { id: '40700000000:5@s.whatsapp.net', lid: '999:5@lid' };
const FROM_ANA = { from: '123@lid', sender_pn: '40712345678@s.whatsapp.net', notify: 'Ana', id: 'M' };

function stage() {
  // All that is used of the library's client is that it emits.
  const ws = new EventEmitter() as unknown as WASocket['ws'];
  const ev = makeEventBuffer(pino({ level: 'silent' }));
  const reported: WAMessage[] = [];
  ev.on('messages.upsert', ({ messages }) => reported.push(...messages));
  standInForContent({ ws, ev }, { creds: { ...initAuthCreds(), me: OWN } }, { nowMs: () => NOW_SECONDS * 1000 });
  /** @returns what the library finds to decrypt. */
  const take = (attrs: BinaryNode['attrs'], content?: BinaryNode[]): Uint8Array[] => {
    const node: BinaryNode = {
      tag: 'message',
      attrs: { t: String(NOW_SECONDS), ...attrs },
      ...(content && { content }),
    };
    ws.emit('CB:message', node);
    const children = Array.isArray(node.content) ? node.content : [];
    return children.flatMap(({ tag, content: bytes }) => (tag === 'enc' && bytes instanceof Uint8Array ? [bytes] : []));
  };
  const standIn = (attrs: BinaryNode['attrs'], type?: string): StandIn => {
    const [bytes] = take(attrs, [{ tag: 'unavailable', attrs: { ...(type !== undefined && { type }) } }]);
    const found = bytes && standInFor(bytes);
    assert.ok(found);
    return found;
  };
  return { take, standIn, reported };
}

function saidBy({ plain }: StandIn): unknown {
  return contentOf(proto.Message.decode(unpadRandomMax16(plain)));
}

describe('a stanza without content', () => {
  it('is left to the library, which asks the phone for it, once that is durable', () => {
    const { standIn, reported } = stage();
    const found = standIn(FROM_ANA);
    assert.equal(saidBy(found), null);
    assert.throws(found.read, new Error(NO_MESSAGE_FOUND_ERROR_TEXT));
    assert.deepEqual(reported, []);
  });

  it('of which the library says nothing is reported, by whom and where it was written', () => {
    for (const [type, wireKind] of [
      ['view_once_unavailable_fanout', 'viewOnce'],
      ['hosted_unavailable_fanout', 'placeholder'],
      ['bot_unavailable_fanout', 'placeholder'],
    ] as const) {
      for (const [attrs, expected] of [
        [FROM_ANA, ['123@lid', '40712345678@s.whatsapp.net', '123@lid', false]],
        [{ from: '1-2@g.us', participant: '123:4@lid', id: 'M' }, ['1-2@g.us', null, '123@lid', false]],
        [
          { from: '1700000000@broadcast', participant: '123:4@lid', participant_pn: FROM_ANA.sender_pn, id: 'M' },
          ['123@lid', FROM_ANA.sender_pn, '123@lid', false],
        ],
        [
          { from: '1700000000@broadcast', participant: FROM_ANA.sender_pn, participant_lid: '123@lid', id: 'M' },
          [FROM_ANA.sender_pn, '123@lid', FROM_ANA.sender_pn, false],
        ],
        [{ from: OWN.lid, recipient: '123@lid', id: 'M' }, ['123@lid', null, null, true]],
      ] as const) {
        const { standIn, reported } = stage();
        const found = standIn(attrs, type);
        assert.deepEqual(saidBy(found), { kind: 'unsupported', wireKind });
        assert.throws(found.read, new Error(NO_MESSAGE_FOUND_ERROR_TEXT));
        const message = reported[0] && fromWire(reported[0], 'live', () => null);
        assert.deepEqual([message?.chatJid, message?.chatAltJid, message?.senderJid, message?.fromMe], expected);
        assert.deepEqual([message?.waMessageId, message?.content], ['M', { kind: 'unsupported', wireKind }]);
      }
    }
  });

  it('that is too old for the library is reported, and one that is not is the library’s', () => {
    for (const [days, count] of [
      [13, 0],
      [14, 1],
      [15, 1],
    ] as const) {
      const { standIn, reported } = stage();
      assert.throws(standIn({ ...FROM_ANA, t: String(NOW_SECONDS - days * DAY_SECONDS) }).read);
      assert.equal(reported.length, count, `${String(days)} days old`);
    }
  });

  it('that can be viewed once is read as such', () => {
    const { standIn, reported } = stage();
    const found = standIn(FROM_ANA, 'view_once');
    assert.deepEqual(found.read(), found.plain);
    assert.deepEqual(saidBy(found), { kind: 'unsupported', wireKind: 'viewOnce' });
    assert.deepEqual(reported, []);
  });

  it('is given the same to decrypt when it comes again, also without a child, and another one other', () => {
    const { take } = stage();
    assert.deepEqual(take(FROM_ANA), take(FROM_ANA, [{ tag: 'unavailable', attrs: {} }]));
    assert.notDeepEqual(take(FROM_ANA), take({ ...FROM_ANA, id: 'N' }));
  });

  it('that is no message of a conversation is left as it is, and so is one with content', () => {
    const { take } = stage();
    assert.deepEqual(take({ from: 'status@broadcast', participant: '123@lid', id: 'M' }), []);
    assert.deepEqual(take({ from: '123@newsletter', id: 'M' }), []);
    assert.deepEqual(take({ from: OWN.lid, id: 'M', category: 'peer' }), []);
    const ciphertext = Buffer.from('ciphertext');
    assert.deepEqual(take(FROM_ANA, [{ tag: 'enc', attrs: { type: 'msg' }, content: ciphertext }]), [ciphertext]);
    assert.equal(standInFor(ciphertext), null);
  });
});
