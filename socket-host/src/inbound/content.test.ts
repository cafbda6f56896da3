import assert from 'node:assert/strict';
import type { WireMessage } from '../whatsapp/types.ts';
import { messageChange, quotedByWire, shownContent, timeOfChange } from './content.ts';

const ANA = '1@lid';
const message: WireMessage = {
  waMessageId: 'C',
  source: 'live',
  chatJid: ANA,
  chatAltJid: '40712345678@s.whatsapp.net',
  isGroup: false,
  fromMe: false,
  senderJid: ANA,
  senderName: 'Ana',
  sentAt: null,
  content: { kind: 'delete', targetId: 'M' },
};
const at = { seconds: 0, nanoseconds: 0, toMillis: () => 0, toDate: () => new Date(0) };

describe('who a change is of', () => {
  const byOf = (fields: Partial<WireMessage>) =>
    messageChange({ kind: 'delete', targetId: 'M' }, { ...message, ...fields }, ANA, at).by;

  it('is us for what our own phone did, the customer by one name, and in a group who did it', () => {
    assert.equal(byOf({ fromMe: true, senderJid: null }), 'us');
    assert.equal(byOf({ senderJid: '40712345678@s.whatsapp.net' }), ANA);
    assert.equal(byOf({ isGroup: true, chatJid: '1-2@g.us', senderJid: '7@lid' }), '7@lid');
  });

  it('is told with the finest time there is', () => {
    const [sentAt, now, own] = [new Date(1_000), new Date(2_000), new Date(1_234)];
    assert.equal(timeOfChange({ kind: 'edit', targetId: 'M', text: 'a', at: own }, sentAt, now), own);
    assert.equal(timeOfChange({ kind: 'edit', targetId: 'M', text: 'a', at: null }, sentAt, now), sentAt);
    assert.equal(timeOfChange({ kind: 'delete', targetId: 'M' }, null, now), now);
  });

  it('is never told with a time after WhatsApp had it, and always the same', () => {
    const [sentAt, future] = [new Date(1_000), new Date(9_000_000)];
    const change = { kind: 'edit', targetId: 'M', text: 'a', at: future } as const;
    for (const now of [2_000, 60_000]) assert.equal(timeOfChange(change, sentAt, new Date(now)).getTime(), 1_999);
    assert.equal(timeOfChange(change, null, new Date(2_000)).getTime(), 2_000);
  });
});

describe('what a thread shows', () => {
  it('only texts are searched for', () => {
    assert.deepEqual(shownContent({ kind: 'text', text: 'Bună' }).searchTokens, ['buna', 'bu', 'bun']);
    assert.deepEqual(shownContent({ kind: 'unsupported', wireKind: 'image' }).searchTokens, []);
    assert.deepEqual(shownContent({ kind: 'undecryptable' }).searchTokens, []);
  });

  it('of a quoted message we do not have is what the wire tells of it', () => {
    const quote = { waMessageId: 'Q', authorJid: ANA, text: 'before' };
    const theirs = { id: 'Q', direction: 'inbound', senderJid: ANA, kind: 'text', body: 'before' };
    assert.deepEqual(quotedByWire(quote, message), theirs);
    const ours = { ...theirs, direction: 'outbound', senderJid: null };
    assert.deepEqual(quotedByWire({ ...quote, authorJid: '9@lid' }, message), ours);
    assert.equal(quotedByWire({ ...quote, text: null }, message), null);
  });
});
