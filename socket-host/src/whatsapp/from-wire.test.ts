import assert from 'node:assert/strict';
import { storedMessageIdOf } from '@switchboard/contract/ids';
import { proto, type WAMessage } from '@whiskeysockets/baileys';
import { fromWire } from './from-wire.ts';
import { receiptsIn } from './hold-receipts.ts';
import { wireEvents } from './wire-events.ts';

const text = (words: string): proto.IMessage => ({ conversation: words });
const key = { remoteJid: '123@lid', id: 'ID1', fromMe: false };

const unknown = () => null;

function read(info: WAMessage, lookup: (jid: string) => string | null = unknown) {
  return fromWire(info, 'live', lookup);
}

describe('a message of the wire', () => {
  it('names the customer by both spellings, the sender and the time', () => {
    const info: WAMessage = {
      key: { ...key, remoteJid: '123@lid', remoteJidAlt: '40712345678:0@s.whatsapp.net' },
      message: text('hello'),
      messageTimestamp: 1_700_000_000,
      pushName: 'Ana',
    };
    assert.deepEqual(read(info), {
      waMessageId: 'ID1',
      source: 'live',
      chatJid: '123@lid',
      chatAltJid: '40712345678@s.whatsapp.net',
      isGroup: false,
      fromMe: false,
      senderJid: '123@lid',
      senderName: 'Ana',
      sentAt: new Date(1_700_000_000_000),
      content: { kind: 'text', text: 'hello' },
    });
  });

  it('that our phone wrote takes the other spelling from what was learned, never from the envelope', () => {
    const info: WAMessage = {
      key: { remoteJid: '123@lid', remoteJidAlt: '40799999999@s.whatsapp.net', fromMe: true, id: 'ID1' },
      message: text('mine'),
      pushName: 'Shop',
    };
    const message = read(info, (jid) => (jid === '123@lid' ? '40712345678@s.whatsapp.net' : null));
    assert.equal(message?.chatAltJid, '40712345678@s.whatsapp.net');
    assert.equal(message.senderJid, null);
    assert.equal(message.senderName, null);
    assert.equal(read(info)?.chatAltJid, null);
  });

  it('of the past that our phone wrote tells how far the phone knows that it came', () => {
    const { Status } = proto.WebMessageInfo;
    const own = (remoteJid: string, status: proto.WebMessageInfo.Status): WAMessage => ({
      key: { remoteJid, fromMe: true, id: 'ID1' },
      message: text('mine'),
      status,
    });
    const statuses = [Status.ERROR, Status.PENDING, Status.SERVER_ACK, Status.DELIVERY_ACK, Status.READ, Status.PLAYED];
    assert.deepEqual(
      statuses.map((status) => fromWire(own('123@lid', status), 'history', unknown)?.status),
      [undefined, undefined, undefined, 'delivered', 'read', 'played'],
    );
    // What comes now has receipts to tell it, a group's are its members', and what the customer wrote we did not send.
    assert.equal(read(own('123@lid', Status.READ))?.status, undefined);
    assert.equal(fromWire(own('120@g.us', Status.READ), 'history', unknown)?.status, undefined);
    const theirs = { key, message: text('hello'), status: Status.READ };
    assert.equal(fromWire(theirs, 'history', unknown)?.status, undefined);
  });

  it('looks the other spelling up where the envelope has none', () => {
    const message = read({ key, message: text('hello') }, () => '40712345678@s.whatsapp.net');
    assert.equal(message?.chatAltJid, '40712345678@s.whatsapp.net');
  });

  it('of a group names the group as the chat and the participant as the sender', () => {
    const info: WAMessage = {
      key: { remoteJid: '120@g.us', participant: '123:4@lid', participantAlt: '407@s.whatsapp.net', id: 'ID1' },
      message: text('hello all'),
    };
    const message = read(info);
    assert.deepEqual(
      [message?.chatJid, message?.isGroup, message?.senderJid, message?.chatAltJid],
      ['120@g.us', true, '123@lid', null],
    );
  });

  it('that came through a broadcast list is in the direct chat with who sent it, by either spelling', () => {
    const number = '40712345678@s.whatsapp.net';
    for (const [participant, remoteJidAlt] of [
      ['123:4@lid', number],
      [number, '123@lid'],
    ] as const) {
      const ofList = { remoteJid: '1700000000@broadcast', participant, remoteJidAlt, fromMe: false, id: 'ID1' };
      const direct = { remoteJid: participant, remoteJidAlt, fromMe: false, id: 'ID1' };
      const message = { message: text('hello'), pushName: 'Ana', broadcast: true };
      assert.ok(read({ ...message, key: direct }));
      assert.deepEqual(read({ ...message, key: ofList }), read({ ...message, key: direct }));
    }
    const unreadable: WAMessage = {
      key: { remoteJid: '1700000000@broadcast', participant: '123@lid', id: 'ID1' },
      messageStubType: proto.WebMessageInfo.StubType.CIPHERTEXT,
    };
    const looked = read(unreadable, () => number);
    assert.deepEqual([looked?.chatJid, looked?.chatAltJid], ['123@lid', number]);
  });

  it('whose id no document can have is stored by another, and so are its receipts', () => {
    const info: WAMessage = { key: { ...key, id: 'a/b' }, message: text('hello'), pushName: 'x'.repeat(10_000) };
    assert.equal(read(info)?.waMessageId, storedMessageIdOf('a/b'));
    assert.equal(read(info)?.senderName?.length, 128);
    const [receipt] = receiptsIn({ tag: 'receipt', attrs: { id: 'a/b', from: '123@lid' } });
    assert.equal(receipt?.waMessageId, storedMessageIdOf('a/b'));
  });

  it('with a stamp that is no moment has none', () => {
    for (const messageTimestamp of [Number.NaN, -1, 1_700_000_000_000_000]) {
      assert.equal(read({ key, message: text('hello'), messageTimestamp })?.sentAt, null);
    }
  });

  it('that could not be decrypted is kept as such', () => {
    const info: WAMessage = { key, messageStubType: proto.WebMessageInfo.StubType.CIPHERTEXT };
    assert.deepEqual(read(info)?.content, { kind: 'undecryptable' });
  });

  it('that may be seen once, on the phone only, is kept as such', () => {
    const info: WAMessage = { key: { ...key, isViewOnce: true } };
    assert.deepEqual(read(info)?.content, { kind: 'unsupported', wireKind: 'viewOnce' });
  });

  it('of a missed call is kept', () => {
    const info: WAMessage = { key, messageStubType: proto.WebMessageInfo.StubType.CALL_MISSED_VOICE };
    assert.deepEqual(read(info)?.content, { kind: 'unsupported', wireKind: 'missedCall' });
  });

  it('is none for notes on a group, status updates, channels, lists of our own and empty envelopes', () => {
    const { GROUP_CHANGE_SUBJECT } = proto.WebMessageInfo.StubType;
    const none: WAMessage[] = [
      { key: { ...key, remoteJid: '120@g.us' }, messageStubType: GROUP_CHANGE_SUBJECT },
      { key: { ...key, remoteJid: 'status@broadcast', participant: '123@lid' }, message: text('my day') },
      {
        key: { ...key, remoteJid: '1700000000@broadcast', participant: '9@lid', fromMe: true },
        message: text('to all'),
      },
      { key: { ...key, remoteJid: '1700000000@broadcast' }, message: text('from nobody') },
      { key: { ...key, remoteJid: '99@newsletter' }, message: text('news') },
      { key },
      { key: { ...key, id: '' }, message: text('no id') },
    ];
    assert.deepEqual(
      none.map((info) => read(info)),
      none.map(() => null),
    );
  });
});

describe('a batch of the library', () => {
  const done: (string | null | undefined)[] = [];
  const context = {
    otherSpelling: unknown,
    isLive: () => false,
    isOwnSend: (id: string) => id === 'OURS',
    handOver: ({ id }: WAMessage['key']) => ({
      wasSetAside: id === 'ASIDE',
      stored: () => done.push(id),
      setAside: () => done.push(`${id ?? ''} aside`),
    }),
  };

  it('tells of no receipt: the stanza did', () => {
    const update = {
      key: { remoteJid: '123@lid', id: 'ID1', fromMe: true },
      update: { status: proto.WebMessageInfo.Status.READ },
    };
    assert.deepEqual(wireEvents({ 'messages.update': [update] }, context), []);
  });

  it('tells live messages from the backlog and the history, which comes oldest first', () => {
    const at = (id: string, seconds: number): WAMessage => ({
      key: { ...key, id },
      message: text(id),
      messageTimestamp: seconds,
    });
    const history = { chats: [], contacts: [], messages: [at('newer', 2), at('older', 1)] };
    const events = [
      ...wireEvents({ 'messaging-history.set': history }, context),
      ...wireEvents({ 'messages.upsert': { type: 'append', messages: [at('away', 3)] } }, context),
      ...wireEvents({ 'messages.upsert': { type: 'notify', messages: [at('now', 4)] } }, context),
    ];
    assert.deepEqual(
      events.map((event) => (event.type === 'message' ? [event.message.waMessageId, event.message.source] : event)),
      [
        ['older', 'history'],
        ['newer', 'history'],
        ['away', 'backlog'],
        ['now', 'live'],
      ],
    );
  });

  it('does not report the echo of what we sent', () => {
    const messages: WAMessage[] = [
      { key: { ...key, fromMe: true, id: 'OURS' }, message: text('sent by us') },
      { key: { ...key, fromMe: true, id: 'PHONE' }, message: text('sent by the phone') },
    ];
    const events = wireEvents({ 'messages.upsert': { type: 'append', messages } }, context);
    assert.deepEqual(
      events.map((event) => event.type === 'message' && event.message.waMessageId),
      ['PHONE'],
    );
  });

  it('gives up at once what says nothing to a person, and a message only when it is stored', () => {
    const sharing = { protocolMessage: { type: proto.Message.ProtocolMessage.Type.APP_STATE_SYNC_KEY_SHARE } };
    const messages: WAMessage[] = [
      { key: { ...key, id: 'KEYS' }, message: sharing },
      { key: { ...key, id: 'TEXT' }, message: text('hello') },
    ];
    done.length = 0;
    const [event] = wireEvents({ 'messages.upsert': { type: 'notify', messages } }, context);
    assert.deepEqual(done, ['KEYS']);
    if (event?.type === 'message') event.stored();
    assert.deepEqual(done, ['KEYS', 'TEXT']);
  });

  it('reports what says nothing to a person if it came before and could not be read', () => {
    const timer = { protocolMessage: { type: proto.Message.ProtocolMessage.Type.EPHEMERAL_SETTING } };
    const messages: WAMessage[] = [
      { key: { ...key, id: 'FIRST' }, message: timer },
      { key: { ...key, id: 'REPEATED' }, message: timer, retryCount: 1 },
      { key: { ...key, id: 'ASIDE' }, message: timer },
    ];
    done.length = 0;
    const events = wireEvents({ 'messages.upsert': { type: 'notify', messages } }, context);
    assert.deepEqual(done, ['FIRST']);
    assert.deepEqual(
      events.map((event) => event.type === 'message' && [event.message.waMessageId, event.message.content]),
      [
        ['REPEATED', { kind: 'nothing' }],
        ['ASIDE', { kind: 'nothing' }],
      ],
    );
  });

  it('does not report what a phone and its companions tell each other, read or not', () => {
    const ofPhone = { key: { ...key, remoteJid: '999@lid', fromMe: true }, category: 'peer' };
    const unreadable = { ...ofPhone, messageStubType: proto.WebMessageInfo.StubType.CIPHERTEXT };
    const messages: WAMessage[] = [unreadable, { ...ofPhone, message: { protocolMessage: {} }, retryCount: 1 }];
    assert.deepEqual(wireEvents({ 'messages.upsert': { type: 'notify', messages } }, context), []);
  });

  it('sets aside what was read of a message that could not be read whole', () => {
    const part: WAMessage = { key: { ...key, id: 'PART' }, messageStubType: proto.WebMessageInfo.StubType.CIPHERTEXT };
    done.length = 0;
    const [event] = wireEvents({ 'messages.upsert': { type: 'notify', messages: [part] } }, context);
    if (event?.type === 'message') event.stored();
    assert.deepEqual(done, ['PART aside']);
  });
});
