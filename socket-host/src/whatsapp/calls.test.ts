import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { BinaryNode, WASocket } from '@whiskeysockets/baileys';
import { createAccountMemory } from './account-memory.ts';
import { callRowOf, Calls } from './calls.ts';
import { fromWire } from './from-wire.ts';
import { InboundJournal } from './journal.ts';
import { messageOfCall, type CallRow } from './journal-rows.ts';
import { KeptSession } from './kept-session.ts';

const ANA = '123@lid';
const GROUP = '1203@g.us';
const CALL_ID = 'A1B2';
const STANZA = { id: 'S1', t: '1700000000' };

function call(tag: string, attrs: BinaryNode['attrs'] = {}, from = ANA): BinaryNode {
  const step = { tag, attrs: { 'call-id': CALL_ID, 'call-creator': '123:0@lid', ...attrs } };
  return { tag: 'call', attrs: { ...STANZA, from }, content: [step] };
}

const MISSED = call('terminate', { reason: 'timeout' });

function rowOf(node: BinaryNode): CallRow {
  const row = callRowOf(node);
  assert.ok(row);
  return row;
}

function messageOf(node: BinaryNode) {
  const message = messageOfCall(rowOf(node));
  return message && fromWire(message, 'live', () => null);
}

describe('a call', () => {
  it('that nobody took is a message of who called, when it ended', () => {
    assert.deepEqual(messageOf(MISSED), {
      waMessageId: CALL_ID,
      source: 'live',
      chatJid: ANA,
      chatAltJid: null,
      isGroup: false,
      fromMe: false,
      senderJid: ANA,
      senderName: null,
      sentAt: new Date(1_700_000_000_000),
      content: { kind: 'unsupported', wireKind: 'missedCall' },
    });
  });

  it('of a group is a message when it is offered, whoever it comes from', () => {
    for (const [attrs, from] of [
      [{ type: 'group' }, ANA],
      [{ 'group-jid': GROUP }, GROUP],
    ] as const)
      for (const tag of ['offer', 'offer_notice']) {
        const message = messageOf(call(tag, attrs, from));
        assert.deepEqual([message?.waMessageId, message?.chatJid], [CALL_ID, from]);
        assert.deepEqual(message?.content, { kind: 'unsupported', wireKind: 'call' });
      }
    const missed = messageOf(call('terminate', { reason: 'timeout' }, GROUP));
    assert.deepEqual(missed?.content, { kind: 'unsupported', wireKind: 'missedCall' });
    assert.deepEqual([missed.chatJid, missed.senderJid], [GROUP, null]);
  });

  it('leaves no message while it rings, when it is taken, refused or given up, or when it names no call or chat', () => {
    for (const node of [
      call('offer'),
      call('preaccept'),
      call('relaylatency', { latency: '20' }),
      call('accept'),
      call('reject'),
      call('terminate'),
      call('terminate', { reason: 'accepted_elsewhere' }),
      call('terminate', { reason: 'timeout', 'call-id': '' }),
      call('terminate', { reason: 'timeout' }, 'status@broadcast'),
      { tag: 'call', attrs: { ...STANZA, from: ANA } },
    ])
      assert.equal(callRowOf(node), null);
  });
});

describe('the library, as it comes to a call', () => {
  function stage() {
    // All that is used of the library's client is that it emits.
    const ws = new EventEmitter() as unknown as WASocket['ws'];
    const kept: string[] = [];
    const durable = Promise.withResolvers<undefined>();
    const calls = new Calls({
      keepCall: async ({ stanza }) => {
        kept.push(stanza['id'] ?? '');
        await durable.promise;
      },
    });
    calls.watch(ws);
    return { ws, kept, durable, offers: calls.offers };
  }

  it('waits until one that leaves a message is durable', async () => {
    const { ws, kept, durable, offers } = stage();
    ws.emit('CB:call', MISSED);
    assert.deepEqual(kept, [], 'not before its turn');
    let isAnswered = false;
    const answer = Promise.resolve(offers.get(CALL_ID)).then(() => {
      isAnswered = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([kept, isAnswered], [[CALL_ID], false]);
    durable.resolve(undefined);
    await answer;
    await offers.get(CALL_ID);
    assert.deepEqual(kept, [CALL_ID], 'once');
  });

  it('goes on with any other, and finds what was offered until it has ended', async () => {
    const { ws, kept, offers } = stage();
    ws.emit('CB:call', call('offer'));
    await offers.set(CALL_ID, { isVideo: true });
    assert.deepEqual(await offers.get(CALL_ID), { isVideo: true });
    await offers.del(CALL_ID);
    assert.equal(await offers.get(CALL_ID), undefined);
    assert.deepEqual(kept, []);
  });

  it('makes nothing of one without an id', async () => {
    await assert.rejects(() => Promise.resolve(stage().offers.get('')));
  });
});

describe('the journal', () => {
  it('has a call that is not stored, once however often it came, and lets go of it when it is', async () => {
    const session = new KeptSession();
    for (let times = 0; times < 2; times += 1) await new InboundJournal(session).keepCall(rowOf(MISSED));
    const next = new InboundJournal(session);
    const [replayed, ...others] = next.replay(createAccountMemory());
    assert.deepEqual(others, []);
    assert.deepEqual(replayed?.message, { ...messageOf(MISSED), source: 'backlog' });
    assert.deepEqual(next.replay(createAccountMemory()), []);
    replayed.stored();
    assert.equal(session.rows.size, 0);
  });

  it('knows the message the library makes of a call', async () => {
    for (const from of [ANA, '123:4@lid', GROUP]) {
      const session = new KeptSession();
      const journal = new InboundJournal(session);
      await journal.keepCall(rowOf(call('terminate', { reason: 'timeout' }, from)));
      journal.handOver({ remoteJid: from, id: CALL_ID, fromMe: false }).stored();
      assert.equal(session.rows.size, 0);
    }
  });
});
