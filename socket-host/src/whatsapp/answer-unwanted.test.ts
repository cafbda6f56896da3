import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { BinaryNode, WASocket } from '@whiskeysockets/baileys';
import pino from 'pino';
import { answerUnwanted } from './answer-unwanted.ts';

const ME = { id: '40711:3@s.whatsapp.net', lid: '111:3@lid' };

function stanza(tag: string, attrs: Record<string, string>): BinaryNode {
  return { tag, attrs: { id: 'A', ...attrs }, content: [{ tag: 'enc', attrs: { type: 'skmsg' } }] };
}

/** A connection on which somebody listens to messages already. */
function stage({ isOpen } = { isOpen: true }) {
  const answers: BinaryNode[] = [];
  const passed: string[] = [];
  // All that is used of the library's client is that it emits.
  const ws = new EventEmitter() as unknown as WASocket['ws'];
  for (const event of ['CB:message', 'CB:notification'])
    for (const listener of ['first', 'second'])
      ws.on(event, ({ attrs }: BinaryNode) => passed.push(`${listener} ${String(attrs['id'])}`));
  const sendNode = (node: BinaryNode): Promise<void> => {
    answers.push(node);
    return isOpen ? Promise.resolve() : Promise.reject(new Error('closed'));
  };
  answerUnwanted({ ws, sendNode, user: ME }, pino({ level: 'silent' }));
  const take = (node: BinaryNode): boolean => ws.emit(`CB:${node.tag}`, node);
  return { take, answers, passed };
}

describe('what an account has no use for', () => {
  it('is answered and shown to nobody: a status update, in either form', () => {
    const { take, answers, passed } = stage();
    take(stanza('status', { from: 'status@broadcast', participant: '222@lid', type: 'media' }));
    take(stanza('message', { from: 'status@broadcast', participant: '222@lid', type: 'text' }));
    const about = { id: 'A', to: 'status@broadcast', participant: '222@lid' };
    assert.deepEqual(answers, [
      { tag: 'ack', attrs: { ...about, class: 'status', type: 'media' } },
      { tag: 'ack', attrs: { ...about, class: 'message', type: 'text', from: ME.id } },
    ]);
    assert.deepEqual(passed, []);
  });

  it('is confirmed to the phone: what its owner asked Meta AI', () => {
    const { take, answers, passed } = stage();
    for (const from of ['40711@s.whatsapp.net', '111@lid'])
      take(stanza('message', { from, recipient: '13135550002@bot' }));
    assert.deepEqual(
      answers.map(({ tag, attrs }) => [tag, attrs]),
      ['40711@s.whatsapp.net', '111@lid'].map((to) => [
        'receipt',
        { id: 'A', to, type: 'sender', recipient: '13135550002@bot' },
      ]),
    );
    assert.deepEqual(passed, []);
  });

  it('is confirmed to the phone: what its owner sent through a broadcast list', () => {
    const { take, answers, passed } = stage();
    const from = '1700000000@broadcast';
    for (const participant of ['40711@s.whatsapp.net', '111@lid']) take(stanza('message', { from, participant }));
    assert.deepEqual(
      answers.map(({ tag, attrs }) => [tag, attrs]),
      ['40711@s.whatsapp.net', '111@lid'].map((participant) => [
        'receipt',
        { id: 'A', to: from, type: 'sender', participant },
      ]),
    );
    assert.deepEqual(passed, []);
  });

  it('is answered and shown to nobody: that settings changed which all devices share', () => {
    const { take, answers, passed } = stage();
    take({ tag: 'notification', attrs: { id: 'A', from: '40711@s.whatsapp.net', type: 'server_sync', t: '1' } });
    const to = '40711@s.whatsapp.net';
    assert.deepEqual(answers, [{ tag: 'ack', attrs: { id: 'A', to, class: 'notification', type: 'server_sync' } }]);
    assert.deepEqual(passed, []);
  });

  it('leaves all else to whom it was for, in their order', () => {
    const { take, answers, passed } = stage();
    take(stanza('message', { from: '222@lid' }));
    take(stanza('message', { id: 'B', from: '111@lid', recipient: '222@lid' }));
    take(stanza('message', { id: 'C', from: '12-34@g.us', participant: '222@lid' }));
    take(stanza('message', { id: 'D', from: '1700000000@broadcast', participant: '222@lid' }));
    take(stanza('message', { id: 'E', from: '12-34@g.us', participant: '111@lid' }));
    take(stanza('notification', { id: 'F', from: '222@lid', type: 'devices' }));
    assert.deepEqual(answers, []);
    assert.deepEqual(
      passed,
      ['A', 'B', 'C', 'D', 'E', 'F'].flatMap((id) => [`first ${id}`, `second ${id}`]),
    );
  });

  it('is left alone where it cannot be answered', () => {
    const { take, answers, passed } = stage({ isOpen: false });
    take(stanza('status', { from: 'status@broadcast' }));
    assert.equal(answers.length, 1);
    assert.deepEqual(passed, []);
  });
});
