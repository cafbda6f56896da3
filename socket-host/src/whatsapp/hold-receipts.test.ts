import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { storedMessageIdOf } from '@switchboard/contract/ids';
import type { BinaryNode, WASocket } from '@whiskeysockets/baileys';
import { holdReceipts, receiptsIn } from './hold-receipts.ts';
import { wireEvents } from './wire-events.ts';

function receipt(attrs: Record<string, string>, ids: readonly string[] = []): BinaryNode {
  const items = ids.map((id) => ({ tag: 'item', attrs: { id } }));
  return { tag: 'receipt', attrs, content: ids.length > 0 ? [{ tag: 'list', attrs: {}, content: items }] : [] };
}

/** As WhatsApp tells of several members at once: by message, who has it. Its own id stands for none. */
function grouped(attrs: Record<string, string>, having: Record<string, readonly string[]>): BinaryNode {
  const content = Object.entries(having).map(([key, jids]) => {
    const users = jids.map((jid) => ({ tag: 'user', attrs: { jid, t: '1' } }));
    return { tag: 'participants', attrs: { key }, content: users };
  });
  return { tag: 'receipt', attrs: { id: 'S', from: '12-34@g.us', ...attrs }, content };
}

function stage() {
  // All that is used of the library's client is that it emits.
  const ws = new EventEmitter() as unknown as WASocket['ws'];
  const passed: string[] = [];
  ws.on('CB:receipt', ({ attrs }: BinaryNode) => passed.push(attrs['id'] ?? ''));
  const stored: (() => void)[] = [];
  const reported: string[] = [];
  holdReceipts(ws, ({ waMessageId, status }, done) => {
    reported.push(`${waMessageId} ${status}`);
    stored.push(done);
  });
  return { ws, passed, stored, reported };
}

describe('a receipt', () => {
  it('reaches the library, which confirms it, only once all it says is stored', () => {
    const { ws, passed, stored, reported } = stage();
    ws.emit('CB:receipt', receipt({ id: 'A', from: '1@lid', type: 'read' }, ['B']));
    assert.deepEqual(reported, ['A read', 'B read']);
    stored[0]?.();
    assert.deepEqual(passed, []);
    stored[1]?.();
    assert.deepEqual(passed, ['A']);
  });

  it('that says nothing of our messages is not held', () => {
    const { ws, passed, reported } = stage();
    ws.emit('CB:receipt', receipt({ id: 'A', from: '1@lid', type: 'retry' }));
    ws.emit('CB:receipt', receipt({ id: 'B', from: '1@lid', recipient: '2@lid' }));
    ws.emit('CB:receipt', receipt({ id: 'C', from: '1700000000@broadcast', participant: '1@lid', type: 'read' }));
    assert.deepEqual([passed, reported], [['A', 'B', 'C'], []]);
  });

  it('of a group names who it is from', () => {
    const [found] = receiptsIn(receipt({ id: 'A', from: '12-34@g.us', participant: '5:2@lid' }));
    assert.deepEqual(found, { waMessageId: 'A', status: 'delivered', errorCode: null, participantJid: '5@lid' });
    const [read] = receiptsIn(receipt({ id: 'A', from: '12-34@g.us', participant: '5:2@lid', type: 'read' }));
    assert.equal(read?.status, 'read');
  });

  it('of several members of a group is one of each, for each message it names', () => {
    const read = receiptsIn(grouped({ type: 'read' }, { A: ['5:2@lid', '6@lid'], 'B/C': ['5@lid'] }));
    const told = read.map(({ waMessageId, status, participantJid }) => [waMessageId, status, participantJid]);
    assert.deepEqual(told, [
      ['A', 'read', '5@lid'],
      ['A', 'read', '6@lid'],
      [storedMessageIdOf('B/C'), 'read', '5@lid'],
    ]);
    const [delivered] = receiptsIn(grouped({}, { A: ['5@lid'] }));
    assert.deepEqual(delivered, { waMessageId: 'A', status: 'delivered', errorCode: null, participantJid: '5@lid' });
  });

  it('of a group that names nobody says nothing, and is not held', () => {
    const { ws, passed, reported } = stage();
    const nameless: BinaryNode[] = [
      receipt({ id: 'A', from: '12-34@g.us', type: 'read' }, ['B']),
      receipt({ id: 'A', from: '12-34@g.us', type: 'read', participant: 'nobody' }),
      grouped({ type: 'read' }, { A: [], B: ['nobody'] }),
      { ...grouped({}, {}), content: [{ tag: 'participants', attrs: {}, content: [{ tag: 'user', attrs: {} }] }] },
    ];
    for (const node of nameless) ws.emit('CB:receipt', node);
    assert.deepEqual([passed, reported], [['A', 'A', 'S', 'S'], []]);
  });

  it('of several members is confirmed once what it says of each is stored', () => {
    const { ws, passed, stored, reported } = stage();
    ws.emit('CB:receipt', grouped({}, { A: ['5@lid', '6@lid'] }));
    assert.deepEqual(reported, ['A delivered', 'A delivered']);
    stored[0]?.();
    assert.deepEqual(passed, []);
    stored[1]?.();
    assert.deepEqual(passed, ['S']);
  });

  it('of our own phone, which has a message of ours as well, says nothing of its recipients', () => {
    assert.deepEqual(receiptsIn(receipt({ id: 'A', from: '12-34@g.us', participant: '9@lid', type: 'sender' })), []);
  });

  it('of a group is not taken from the library as well', () => {
    const context = {
      otherSpelling: () => null,
      isLive: () => true,
      isOwnSend: () => true,
      handOver: () => ({ wasSetAside: false, stored: () => undefined, setAside: () => undefined }),
    };
    const key = { remoteJid: '12-34@g.us', id: 'A', fromMe: true, participant: '9@lid' };
    const batch = { 'message-receipt.update': [{ key, receipt: { userJid: '9@lid', readTimestamp: 1 } }] };
    assert.deepEqual(wireEvents(batch, context), []);
  });
});
