import type { Payload } from '@switchboard/contract/payload';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { decodeBuilt, MESSAGE_SECRET_BYTES, stanzaAttributesOf, subjectOf, toWire } from './to-wire.ts';
import type { WireContent } from './types.ts';
import { contentOf } from './wire-content.ts';

const LID = '123@lid';
const secret = randomBytes(MESSAGE_SECRET_BYTES);

describe('the wire form of a message', () => {
  it('of a text is read back as that text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        assert.deepEqual(contentOf(decodeBuilt(toWire({ kind: 'text', text }, secret))), { kind: 'text', text });
      }),
    );
  });

  it('is the same bytes for the same message, so that a resend is no new message', () => {
    assert.deepEqual(toWire({ kind: 'text', text: 'a' }, secret), toWire({ kind: 'text', text: 'a' }, secret));
  });

  it('carries the secret it was given', () => {
    const built = decodeBuilt(toWire({ kind: 'text', text: 'a' }, secret));
    assert.deepEqual(Buffer.from(built.messageContextInfo?.messageSecret ?? []), secret);
  });

  it('throws on bytes that are no message', () => {
    assert.throws(() => decodeBuilt(Buffer.from('ffffffff', 'hex')));
  });

  const createdAt = { seconds: 1, nanoseconds: 0, toMillis: () => 1_000, toDate: () => new Date(1_000) };
  const theirs = {
    id: 'M',
    direction: 'inbound',
    senderJid: LID,
    kind: 'text',
    body: 'before',
    sentAt: createdAt,
  } as const;
  const about = { recipientJid: LID, target: theirs, createdAt };
  const spellings = { id: '40700000001:5@s.whatsapp.net', lid: '999:5@lid', otherSpelling: () => null };
  const built = (payload: Payload, subject = subjectOf(about, spellings)) =>
    decodeBuilt(toWire(payload, secret, subject));

  it('of a quote, a reaction, an edit and a deletion is read back as that', () => {
    const quote = { waMessageId: 'M', authorJid: LID, text: 'before' };
    assert.deepEqual(contentOf(built({ kind: 'text', text: 'a', quotedId: 'M' })), { kind: 'text', text: 'a', quote });
    const cases: readonly [Payload, WireContent][] = [
      [
        { kind: 'reaction', targetId: 'M', emoji: '👍' },
        { kind: 'reaction', targetId: 'M', emoji: '👍', at: new Date(1_000) },
      ],
      [
        { kind: 'reaction', targetId: 'M', emoji: null },
        { kind: 'reaction', targetId: 'M', emoji: null, at: new Date(1_000) },
      ],
      [
        { kind: 'edit', targetId: 'M', text: 'b' },
        { kind: 'edit', targetId: 'M', text: 'b', at: new Date(1_000) },
      ],
      [
        { kind: 'delete', targetId: 'M' },
        { kind: 'delete', targetId: 'M' },
      ],
    ];
    for (const [payload, content] of cases) assert.deepEqual(contentOf(built(payload)), content);
  });

  it('of an edit or a deletion is marked on the stanza too, and of nothing else', () => {
    assert.deepEqual(stanzaAttributesOf(built({ kind: 'edit', targetId: 'M', text: 'b' })), { edit: '1' });
    assert.deepEqual(stanzaAttributesOf(built({ kind: 'delete', targetId: 'M' })), { edit: '7' });
    assert.deepEqual(stanzaAttributesOf(built({ kind: 'reaction', targetId: 'M', emoji: '👍' })), {});
    assert.deepEqual(stanzaAttributesOf(built({ kind: 'text', text: 'a' }, null)), {});
  });

  it('names the message by its chat, by LID where that is known, and by its author', () => {
    const react: Payload = { kind: 'reaction', targetId: 'M', emoji: '👍' };
    const keyOf = (message: ReturnType<typeof built>) => {
      const { remoteJid, fromMe, participant } = message.reactionMessage?.key ?? {};
      return [remoteJid, fromMe, participant ?? null];
    };
    assert.deepEqual(keyOf(built(react)), [LID, false, null]);
    const byNumber = { ...about, recipientJid: '40712345678@s.whatsapp.net' };
    assert.deepEqual(keyOf(built(react, subjectOf(byNumber, { ...spellings, otherSpelling: () => LID }))), [
      LID,
      false,
      null,
    ]);
    const inGroup = subjectOf({ ...about, recipientJid: '1-2@g.us' }, spellings);
    assert.deepEqual(keyOf(built(react, inGroup)), ['1-2@g.us', false, LID]);
    const ofOurs = { ...about, target: { ...theirs, direction: 'outbound', senderJid: null } as const };
    assert.deepEqual(keyOf(built(react, subjectOf(ofOurs, spellings))), [LID, true, null]);
    const authorOf = (recipientJid: string) => {
      const subject = subjectOf({ ...ofOurs, recipientJid }, spellings);
      return built({ kind: 'text', text: 'a', quotedId: 'M' }, subject).extendedTextMessage?.contextInfo?.participant;
    };
    assert.equal(authorOf(LID), '999@lid');
    assert.equal(authorOf('40712345678@s.whatsapp.net'), '40700000001@s.whatsapp.net');
  });

  it('of a change without the message it is about cannot be', () => {
    assert.throws(() => toWire({ kind: 'delete', targetId: 'M' }, secret));
  });
});
