import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { BinaryNode, WASocket } from '@whiskeysockets/baileys';
import { createAccountMemory } from './account-memory.ts';
import { openSessions, skipKeylessDevices, takeKeylessFrom } from './keyless-devices.ts';

const PHONE = '123@lid';
const GONE = '123:3@lid';
const OTHER = '456@lid';

function node(tag: string, attrs: Record<string, string>, content: BinaryNode[] = []): BinaryNode {
  return { tag, attrs, content };
}

const REFUSAL = node('error', { code: '406', text: 'not-acceptable' });

function answer(type: string, users: BinaryNode[]): BinaryNode {
  return node('iq', { from: 's.whatsapp.net', type, id: '1' }, [node('list', {}, users)]);
}

const healthy = node('user', { jid: PHONE }, [node('registration', {})]);
const refused = node('user', { jid: GONE }, [REFUSAL]);

describe('an answer about keys', () => {
  it('is taken without the one that is refused', () => {
    const mixed = answer('result', [refused, healthy]);
    assert.deepEqual(takeKeylessFrom(mixed), [GONE]);
    assert.deepEqual(mixed, answer('result', [healthy]));
  });

  it('is left as it is when nobody is refused, or when it is something else', () => {
    const others = [
      answer('result', [healthy]),
      answer('set', [refused]),
      node('iq', { type: 'error', id: '1' }, [REFUSAL]),
      node('message', { type: 'result' }, [node('list', {}, [refused])]),
    ];
    for (const other of others) {
      const before = structuredClone(other);
      assert.deepEqual(takeKeylessFrom(other), []);
      assert.deepEqual(other, before);
    }
  });
});

/** Devices as the library keeps them, listed by LID and by number. */
const [phone, gone] = [0, 3].map((device) => ({ user: '123', device, server: 'lid' }));

async function knownDevices() {
  const memory = createAccountMemory();
  for (const user of ['123', '407']) await memory.devices.set(user, [phone, gone]);
  return { memory, otherSpelling: (jid: string) => (jid === GONE ? '407@s.whatsapp.net' : null) };
}

describe('whoever asks for keys', () => {
  it('is shown only those there are, and the device without is left out by every spelling', async () => {
    const ws = new EventEmitter() as unknown as WASocket['ws'];
    const known = await knownDevices();
    skipKeylessDevices(ws, known);
    const shown: BinaryNode[] = [];
    ws.on('TAG:1', (node: BinaryNode) => shown.push(node));
    // In the order of the library's socket.js.
    const frame = answer('result', [refused, healthy]);
    for (const event of ['frame', 'TAG:1']) ws.emit(event, frame);
    ws.emit('frame', new Uint8Array(1));
    assert.deepEqual(shown, [answer('result', [healthy])]);
    for (const user of ['123', '407']) assert.deepEqual(await known.memory.devices.get(user), [phone]);
  });
});

describe('the devices sessions are wanted with', () => {
  /** A network that refuses every question with `GONE` in it. */
  async function scene(code: number) {
    const known = await knownDevices();
    const asked: string[][] = [];
    const assertSessions = (devices: string[]): Promise<boolean> => {
      asked.push(devices);
      // The library puts WhatsApp's code there.
      if (devices.includes(GONE)) return Promise.reject(Object.assign(new Error('refused'), { data: code }));
      return Promise.resolve(true);
    };
    return {
      memory: known.memory,
      asked,
      open: (devices: string[]) => openSessions({ assertSessions }, known, devices),
    };
  }

  it('are asked about apart when one of them has the question refused, and that one is left out by every spelling', async () => {
    const { memory, asked, open } = await scene(406);
    await open([PHONE, GONE, OTHER]);
    assert.deepEqual(asked, [[PHONE, GONE, OTHER], [PHONE, GONE], [PHONE], [GONE], [OTHER]]);
    for (const user of ['123', '407']) assert.deepEqual(await memory.devices.get(user), [phone]);
  });

  it('are not asked about apart when WhatsApp has another reason', async () => {
    const { memory, asked, open } = await scene(429);
    await assert.rejects(open([PHONE, GONE]), /refused/);
    assert.deepEqual(asked, [[PHONE, GONE]]);
    assert.deepEqual(await memory.devices.get('123'), [phone, gone]);
  });

  it('are none where all that are known are left out, and unknown where they were', async () => {
    const { memory } = await knownDevices();
    for (const device of [0, 3]) for (const user of ['123', '999']) memory.devices.leaveOut(user, device);
    assert.deepEqual(await memory.devices.get('123'), []);
    assert.equal(await memory.devices.get('999'), undefined);
  });
});
