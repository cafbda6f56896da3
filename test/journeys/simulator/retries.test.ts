import assert from 'node:assert/strict';
import type { PossiblyExtendedCacheStore } from '@whiskeysockets/baileys';
import { startSimulator, type Simulator } from '../../../simulator/src/simulator.ts';
import { waitFor } from '../../support/wait.ts';
import { textOf, type BareClient } from './bare-client.ts';
import { Control } from './control-client.ts';

const SHOP = '+40700000001';
const CUSTOMER = '+40711111111';
const CUSTOMER_JID = '40711111111@s.whatsapp.net';

describe('messages that cannot be read at first', function () {
  this.timeout(30_000);
  let simulator: Simulator;
  let control: Control;
  let client: BareClient;

  beforeEach(async () => {
    simulator = await startSimulator({ port: 0, host: '127.0.0.1' });
    control = new Control(simulator);
    await control.post('/phones', { phone: CUSTOMER, name: 'Ana' });
    client = await control.link(SHOP);
    // Both directions once, so that both sides hold a settled session.
    await control.send(CUSTOMER, SHOP, 'hello');
    await client.received('hello');
    await client.socket.sendMessage(CUSTOMER_JID, { text: 'hello to you' });
    await control.showing(CUSTOMER, 'the greeting', ({ text }) => text === 'hello to you');
  });

  afterEach(async () => {
    await client.end();
    await simulator.stop();
  });

  for (const viaList of [false, true])
    it(`a device that lost its session asks again and gets the message under the same id${viaList ? ', from a broadcast list' : ''}`, async () => {
      const rows = [...client.session.copyRows()].filter(([key]) => !key.startsWith('session|'));
      client.session.restoreRows(new Map(rows));
      const id = await control.send(CUSTOMER, SHOP, 'can you read this?', { viaList });
      const { message } = await client.received('can you read this?');
      assert.deepEqual([message.key.id, message.key.remoteJid?.endsWith('@broadcast')], [id, viaList]);
      const stats = await control.get<{ retries: number }>('/stats');
      assert.ok(stats.retries >= 1);
      await control.showing(CUSTOMER, 'two ticks', (shown) => shown.id === id && shown.status === 'delivered');
    });

  it('a message that is sent again keeps the time it was first sent at', async () => {
    await client.end();
    const rows = [...client.session.copyRows()].filter(([key]) => !key.startsWith('session|'));
    client.session.restoreRows(new Map(rows));
    await control.send(CUSTOMER, SHOP, 'sent long before it is read');
    const sentBy = Math.floor(Date.now() / 1_000);
    await waitFor(
      () => Math.floor(Date.now() / 1_000),
      (now) => now > sentBy,
      { what: 'the next second', timeoutMs: 5_000 },
    );
    client = await control.connect(client.session);
    const { message } = await client.received('sent long before it is read');
    assert.ok(Number(message.messageTimestamp) <= sentBy);
    const stats = await control.get<{ retries: number }>('/stats');
    assert.ok(stats.retries >= 1);
  });

  it('a phone that cannot read a message counts it, asks again, and shows it once', async () => {
    const before = client.session.copyRows();
    await client.socket.sendMessage(CUSTOMER_JID, { text: 'the last write of this one is lost' });
    await control.showing(CUSTOMER, 'it', ({ text }) => text === 'the last write of this one is lost');
    await client.end();
    client.session.restoreRows(before);
    client = await control.connect(client.session, {
      // The restarted process still believes its list of devices, so it reuses the old ratchet.
      userDevicesCache: devicesOf(client, CUSTOMER_JID),
    });
    const sent = await client.socket.sendMessage(CUSTOMER_JID, { text: 'encrypted with a used key' });
    const shown = await control.showing(CUSTOMER, 'it', ({ text }) => text === 'encrypted with a used key');
    assert.equal(shown.id, sent?.key.id);
    assert.equal(shown.undecryptable, 1);
    const ids = (await control.shown(CUSTOMER)).map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    const stats = await control.get<{ undecryptable: number }>('/stats');
    assert.ok(stats.undecryptable >= 1);
  });

  it('a settled session is used for many messages in order', async () => {
    for (let index = 0; index < 20; index += 1) await control.send(CUSTOMER, SHOP, `number ${String(index)}`);
    await client.received('number 19');
    const texts = client.upserts.flatMap(({ messages }) => messages.map(({ message }) => message && textOf(message)));
    assert.deepEqual(
      texts.filter((text) => text?.startsWith('number')),
      Array.from({ length: 20 }, (_, index) => `number ${String(index)}`),
    );
  });
});

/** A cache of device lists that survived the restart. */
function devicesOf(client: BareClient, jid: string): PossiblyExtendedCacheStore {
  const peer = jid.split('@')[0] ?? '';
  const own = client.session.creds.me?.id.split(':')[0] ?? '';
  const lists = new Map<string, unknown>(
    [peer, own].map((user) => [user, [{ user, device: 0, domainType: 0, server: 's.whatsapp.net' }]]),
  );
  return {
    // The list is of the shape Baileys stored.
    get: ((key) => lists.get(key)) as PossiblyExtendedCacheStore['get'],
    set: (key, value) => {
      lists.set(key, value);
    },
    del: (key) => {
      lists.delete(key);
    },
    flushAll: () => {
      lists.clear();
    },
  };
}
