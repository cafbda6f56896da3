import { makeEventBuffer, proto, type WAMessage, type WASocket } from '@whiskeysockets/baileys';
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import pino from 'pino';
import { WireOrder } from './wire-order.ts';

const { Status, StubType } = proto.WebMessageInfo;

describe('messages the library has not reported yet', () => {
  function open() {
    const ev = makeEventBuffer(pino({ level: 'silent' }));
    // Of the connection only its events are used.
    const ws = new EventEmitter() as unknown as WASocket['ws'];
    const order = new WireOrder({ ws, ev });
    const reported: WAMessage[] = [];
    const statuses: unknown[] = [];
    ev.process((batch) => {
      reported.push(...(batch['messages.upsert']?.messages ?? []));
      statuses.push(...(batch['messages.update'] ?? []).map(({ update }) => update.status));
    });
    ev.buffer();
    return { ev, order, reported, statuses };
  }
  const message = (id: string, content: proto.IMessage): WAMessage => {
    return { key: { remoteJid: '1@lid', id, fromMe: false }, message: content };
  };

  it('stay what they are when an edit or a deletion of them comes with them', () => {
    const { ev, reported, statuses } = open();
    const key = { remoteJid: '1@lid', id: 'M', fromMe: false };
    ev.emit('messages.upsert', { messages: [message('M', { conversation: 'hello' })], type: 'append' });
    const ofDeletion = { ...key, id: 'DELETION' };
    ev.emit('messages.update', [{ key, update: { message: null, messageStubType: StubType.REVOKE, key: ofDeletion } }]);
    ev.emit('messages.update', [
      { key: { ...key, fromMe: true, id: 'OURS' }, update: { status: Status.DELIVERY_ACK } },
    ]);
    ev.flush();
    assert.deepEqual(
      reported.map(({ key: { id }, message: content }) => [id, content?.conversation]),
      [['M', 'hello']],
    );
    assert.deepEqual(statuses, [Status.DELIVERY_ACK], 'other updates come through');
  });
});
