/** What the inbound journal promises, on a session in memory that survives what is tried. */
import assert from 'node:assert/strict';
import { proto, type BinaryNode } from '@whiskeysockets/baileys';
import { createAccountMemory } from './account-memory.ts';
import { InboundJournal } from './journal.ts';
import { STAND_IN } from './journal-rows.ts';
import { KeptSession, OWN } from './kept-session.ts';

const ANA = '123@lid';

function padded(message: proto.IMessage): Uint8Array {
  return Buffer.concat([proto.Message.encode(message).finish(), Buffer.of(1)]);
}

let sent = 0;

interface Arriving {
  readonly node: BinaryNode;
  readonly ciphertexts: readonly Uint8Array[];
}

function stanza(attrs: BinaryNode['attrs'], parts: number): Arriving {
  sent += 1;
  const ciphertexts = Array.from({ length: parts }, (_, part) =>
    Buffer.from(`ciphertext ${String(sent)} ${String(part)}`),
  );
  const content = ciphertexts.map((bytes) => ({ tag: 'enc', attrs: { type: 'msg', v: '2' }, content: bytes }));
  return {
    node: { tag: 'message', attrs: { id: `M${String(sent)}`, t: '1700000000', ...attrs }, content },
    ciphertexts,
  };
}

function arrive(
  journal: InboundJournal,
  session: KeptSession,
  { node, ciphertexts }: Arriving,
  ...messages: proto.IMessage[]
) {
  journal.see(node, OWN);
  for (const [index, message] of messages.entries()) {
    const ciphertext = ciphertexts[index] ?? Buffer.of();
    session.keep(journal.changesFor(ciphertext, padded(message)));
    journal.remember(ciphertext, padded(message));
  }
}

const fromAna = { from: ANA, sender_pn: '40712345678@s.whatsapp.net', notify: 'Ana' };
const text = (words: string): proto.IMessage => ({ conversation: words });

describe('the inbound journal', () => {
  it('has a message that was decrypted and not stored, for the next owner, with all its stanza said of it', () => {
    const session = new KeptSession();
    arrive(new InboundJournal(session), session, stanza(fromAna, 1), text('hello'));
    const [replayed, ...others] = new InboundJournal(session).replay(createAccountMemory());
    assert.deepEqual(others, []);
    const { waMessageId, ...message } = replayed?.message ?? { waMessageId: '' };
    assert.match(waMessageId, /^M\d+$/);
    assert.deepEqual(message, {
      source: 'backlog',
      chatJid: ANA,
      chatAltJid: '40712345678@s.whatsapp.net',
      isGroup: false,
      fromMe: false,
      senderJid: ANA,
      senderName: 'Ana',
      sentAt: new Date(1_700_000_000_000),
      content: { kind: 'text', text: 'hello' },
    });
  });

  it('gives the messages in the order they came', () => {
    const session = new KeptSession();
    const first = new InboundJournal(session);
    for (const words of ['one', 'two']) arrive(first, session, stanza(fromAna, 1), text(words));
    arrive(new InboundJournal(session), session, stanza(fromAna, 1), text('three'));
    session.rows.set(...([...session.rows][0] ?? ['', '']));
    const contents = new InboundJournal(session).replay(createAccountMemory()).map(({ message }) => message.content);
    assert.deepEqual(
      contents.map((content) => content.kind === 'text' && content.text),
      ['one', 'two', 'three'],
    );
  });

  it('lets go of a message once it is stored, and not before', () => {
    const session = new KeptSession();
    const journal = new InboundJournal(session);
    const arriving = stanza(fromAna, 1);
    arrive(journal, session, arriving, text('hello'));
    const { stored } = journal.handOver({ remoteJid: ANA, id: arriving.node.attrs['id'] ?? '', participant: '' });
    assert.equal(new InboundJournal(session).replay(createAccountMemory()).length, 1);
    stored();
    assert.deepEqual(new InboundJournal(session).replay(createAccountMemory()), []);
    assert.equal(session.rows.size, 0);
  });

  it('gives each message once to one process, however often it connects', () => {
    const session = new KeptSession();
    arrive(new InboundJournal(session), session, stanza(fromAna, 1), text('hello'));
    const next = new InboundJournal(session);
    assert.equal(next.replay(createAccountMemory()).length, 1);
    assert.deepEqual(next.replay(createAccountMemory()), []);
  });

  it('says what a ciphertext said that comes again, before and after its message was stored', async () => {
    const session = new KeptSession();
    const arriving = stanza(fromAna, 1);
    arrive(new InboundJournal(session), session, arriving, text('hello'));
    const [ciphertext = Buffer.of()] = arriving.ciphertexts;
    const next = new InboundJournal(session);
    assert.deepEqual(await next.plaintextOf(Buffer.from(ciphertext)), Buffer.from(padded(text('hello'))));
    assert.equal(await next.plaintextOf(Buffer.from('another')), null);
    for (const { stored } of next.replay(createAccountMemory())) stored();
    assert.deepEqual(await next.plaintextOf(ciphertext), Buffer.from(padded(text('hello'))));
  });

  it('rebuilds a group message that came with a sender key', () => {
    const session = new KeptSession();
    const group = { from: '1203@g.us', participant: ANA, participant_pn: '40712345678@s.whatsapp.net', notify: 'Ana' };
    const key = { senderKeyDistributionMessage: { groupId: '1203@g.us' } };
    arrive(new InboundJournal(session), session, stanza(group, 2), key, text('to all'));
    const [replayed] = new InboundJournal(session).replay(createAccountMemory());
    assert.deepEqual(replayed?.message.content, { kind: 'text', text: 'to all' });
    assert.deepEqual([replayed.message.chatJid, replayed.message.senderJid], ['1203@g.us', ANA]);
    replayed.stored();
    assert.equal(session.rows.size, 0);
  });

  it('knows what our own phone wrote as ours', () => {
    const session = new KeptSession();
    const fromPhone = { from: '999@lid', recipient: ANA };
    const sync = { deviceSentMessage: { destinationJid: ANA, message: text('from my phone') } };
    arrive(new InboundJournal(session), session, stanza(fromPhone, 1), sync);
    const [replayed] = new InboundJournal(session).replay(createAccountMemory());
    assert.equal(replayed?.message.fromMe, true);
    assert.equal(replayed.message.chatJid, ANA);
    assert.deepEqual(replayed.message.content, { kind: 'text', text: 'from my phone' });
  });

  it('replays nothing that says nothing to a person, keeps it for its redelivery, and keeps few', async () => {
    const session = new KeptSession();
    const journal = new InboundJournal(session);
    const keys = { protocolMessage: { type: proto.Message.ProtocolMessage.Type.APP_STATE_SYNC_KEY_SHARE } };
    const arrivals = Array.from({ length: 60 }, () => stanza({ from: '999@lid', category: 'peer' }, 1));
    for (const arriving of arrivals) arrive(journal, session, arriving, keys);
    const next = new InboundJournal(session);
    assert.deepEqual(next.replay(createAccountMemory()), []);
    assert.equal(session.rows.size, 50);
    assert.deepEqual(await next.plaintextOf(arrivals.at(-1)?.ciphertexts[0] ?? Buffer.of()), Buffer.from(padded(keys)));
  });

  it('makes decrypting wait while it is full, and asks for what is held back', async () => {
    const session = new KeptSession();
    const journal = new InboundJournal(session);
    for (let count = 0; count < 1_000; count += 1) arrive(journal, session, stanza(fromAna, 1), text('x'));
    let asked = 0;
    journal.whenFull(() => {
      asked += 1;
    });
    let isThrough = false;
    const waiting = journal.room().then(() => {
      isThrough = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([isThrough, asked], [false, 1]);
    journal.replay(createAccountMemory())[0]?.stored();
    await waiting;
    assert.equal(isThrough, true);
  });

  it('is not filled by messages of which only part could be read, and has that part when they come again', async () => {
    const session = new KeptSession();
    const journal = new InboundJournal(session);
    const group = { from: '1203@g.us', participant: ANA };
    const key = { senderKeyDistributionMessage: { groupId: '1203@g.us' } };
    const keyOf = ({ node }: Arriving) => ({ remoteJid: '1203@g.us', participant: ANA, id: node.attrs['id'] ?? '' });
    const arrivals = Array.from({ length: 1_000 }, () => stanza(group, 2));
    for (const arriving of arrivals) {
      arrive(journal, session, arriving, key);
      journal.handOver(keyOf(arriving)).setAside();
    }
    await journal.room();
    assert.equal(session.rows.size, 50, 'the latest');
    const last = arrivals.at(-1);
    assert.ok(last);
    assert.deepEqual(await journal.plaintextOf(last.ciphertexts[0] ?? Buffer.of()), Buffer.from(padded(key)));
    journal.handOver(keyOf(last)).stored();
    assert.equal(session.rows.size, 49, 'what came again whole needs it no more');
  });

  it('loses nothing that is set aside and says something after all', () => {
    const session = new KeptSession();
    const journal = new InboundJournal(session);
    const arriving = stanza(fromAna, 2);
    arrive(journal, session, arriving, text('half of it'));
    journal.handOver({ remoteJid: ANA, id: arriving.node.attrs['id'] ?? '', participant: '' }).setAside();
    const [replayed] = journal.replay(createAccountMemory());
    assert.deepEqual(replayed?.message.content, { kind: 'text', text: 'half of it' });
    for (let count = 0; count < 60; count += 1) {
      const other = stanza(fromAna, 2);
      arrive(journal, session, other, text('x'));
      journal.handOver({ remoteJid: ANA, id: other.node.attrs['id'] ?? '', participant: '' }).setAside();
    }
    assert.equal(session.rows.size, 51, 'it waits for the intake and is not among the surplus');
    replayed.stored();
    assert.equal(session.rows.size, 50);
  });

  it('keeps a message that came without content until that has come, and has the phone asked for it', () => {
    const session = new KeptSession();
    const arriving = stanza(fromAna, 1);
    const { node } = arriving;
    node.content = [{ tag: 'enc', attrs: { type: 'msg', [STAND_IN]: 'true' }, content: arriving.ciphertexts[0] ?? '' }];
    arrive(new InboundJournal(session), session, arriving, {});
    const memory = createAccountMemory();
    const next = new InboundJournal(session);
    const [replayed] = next.replay(memory);
    const id = node.attrs['id'] ?? '';
    assert.deepEqual(replayed?.message.content, { kind: 'undecryptable' });
    assert.equal(memory.unavailable.get(id)?.envelope.key.remoteJid, ANA);
    replayed.stored();
    memory.unavailable.clear();
    assert.deepEqual(next.replay(memory), [], 'once to one process');
    assert.equal(memory.unavailable.size, 0);
    const later = new InboundJournal(session);
    assert.equal(later.replay(memory).length, 1);
    later.handOver({ remoteJid: ANA, id, participant: '' }).stored();
    assert.equal(session.rows.size, 0);
  });

  it('replays the repetition of a message that says nothing to a person: it may have been stored as one that could not be read', () => {
    const session = new KeptSession();
    const arriving = stanza(fromAna, 1);
    for (const { attrs } of arriving.node.content as BinaryNode[]) attrs['count'] = '1';
    const timer = { protocolMessage: { type: proto.Message.ProtocolMessage.Type.EPHEMERAL_SETTING } };
    arrive(new InboundJournal(session), session, arriving, timer);
    const [replayed] = new InboundJournal(session).replay(createAccountMemory());
    assert.deepEqual(replayed?.message.content, { kind: 'nothing' });
    replayed.stored();
    assert.equal(session.rows.size, 0);
  });

  it('does not keep what only an inlined history is large enough for', () => {
    const session = new KeptSession();
    arrive(new InboundJournal(session), session, stanza(fromAna, 1), text('x'.repeat(400_000)));
    assert.equal(session.rows.size, 0);
  });

  it('keeps the longest text there is', () => {
    const session = new KeptSession();
    arrive(new InboundJournal(session), session, stanza(fromAna, 1), text('ș'.repeat(65_536)));
    assert.equal(new InboundJournal(session).replay(createAccountMemory()).length, 1);
  });
});
