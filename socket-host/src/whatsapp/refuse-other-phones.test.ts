import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { BinaryNode, WASocket } from '@whiskeysockets/baileys';
import { refuseOtherPhones } from './refuse-other-phones.ts';

const PAIRED = 'CB:iq,,pair-success';
const OWN = '40712345678:3@s.whatsapp.net';

function paired(...devices: string[]): BinaryNode {
  const content = devices.map((jid) => ({ tag: 'device', attrs: { jid } }));
  return { tag: 'iq', attrs: { id: '7' }, content: [{ tag: 'pair-success', attrs: {}, content }] };
}

function stage() {
  // All that is used of the library's client is that it emits.
  const ws = new EventEmitter() as unknown as WASocket['ws'];
  const happened: string[] = [];
  ws.on(PAIRED, () => happened.push('linked'));
  const sendNode = ({ attrs: { type, id } }: BinaryNode): Promise<void> => {
    happened.push(`answered ${String(id)} with ${String(type)}`);
    return Promise.reject(new Error('Connection Closed'));
  };
  refuseOtherPhones(
    { ws, sendNode },
    (waJid) => waJid === OWN,
    () => happened.push('refused'),
  );
  return { ws, happened };
}

describe('a phone that a code was used on', () => {
  it('links when it is the account’s own', () => {
    const { ws, happened } = stage();
    ws.emit(PAIRED, paired(OWN));
    assert.deepEqual(happened, ['linked']);
  });

  it('is refused when it is another one, and the library makes no link of it', () => {
    const { ws, happened } = stage();
    ws.emit(PAIRED, paired('40787654321:3@s.whatsapp.net'));
    assert.deepEqual(happened, ['answered 7 with error', 'refused']);
  });

  it('that does not say who it is is the library’s to refuse', () => {
    const { ws, happened } = stage();
    ws.emit(PAIRED, paired());
    assert.deepEqual(happened, ['linked']);
  });
});
