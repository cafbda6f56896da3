import assert from 'node:assert/strict';
import { proto } from '@whiskeysockets/baileys';
import { startSimulator, type Simulator } from '../../../simulator/src/simulator.ts';
import { BareClient, newSession, textOf } from './bare-client.ts';
import { Control, eventually } from './control-client.ts';

const SHOP = '+40700000001';
const CUSTOMER = '+40711111111';
const CUSTOMER_JID = '40711111111@s.whatsapp.net';
const { DELIVERY_ACK: DELIVERED, ERROR } = proto.WebMessageInfo.Status;

describe('faults of the simulated network', function () {
  this.timeout(30_000);
  let simulator: Simulator;
  let control: Control;
  const clients: BareClient[] = [];

  function track(client: BareClient): BareClient {
    clients.push(client);
    return client;
  }

  function fault(kind: string, more: Record<string, unknown> = {}): Promise<unknown> {
    return control.post('/faults', { account: SHOP, kind, ...more });
  }

  async function write(client: BareClient, text: string): Promise<string> {
    const message = await client.socket.sendMessage(CUSTOMER_JID, { text });
    assert.ok(message?.key.id);
    return message.key.id;
  }

  beforeEach(async () => {
    simulator = await startSimulator({ port: 0, host: '127.0.0.1' });
    control = new Control(simulator);
    await control.post('/phones', { phone: CUSTOMER, name: 'Ana' });
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) await client.end();
    await simulator.stop();
  });

  describe('a close code arrives as that code', () => {
    for (const code of [401, 411, 428, 440, 500, 503, 515])
      it(`${String(code)} on the open connection, and the next login works`, async () => {
        const client = await control.link(SHOP);
        await fault('close', { code });
        assert.equal((await client.closed()).code, code);
        track(await control.connect(client.session));
      });

    for (const code of [402, 403, 405, 406, 409, 418, 501])
      it(`${String(code)} at the next login, and the one after works`, async () => {
        const client = await control.link(SHOP);
        await fault('close', { code });
        assert.equal((await client.closed()).code, 428);
        const refused = new BareClient(simulator, client.session);
        assert.equal((await refused.closed()).code, code);
        track(await control.connect(client.session));
      });

    for (const code of [401, 411, 428, 440, 500, 503, 515])
      it(`${String(code)} at login when there is no connection`, async () => {
        const client = await control.link(SHOP);
        await client.end();
        await fault('close', { code, times: 2 });
        for (let attempt = 0; attempt < 2; attempt += 1)
          assert.equal((await new BareClient(simulator, client.session).closed()).code, code);
        track(await control.connect(client.session));
      });

    it('408 when the network falls silent', async () => {
      const client = await control.link(SHOP);
      await client.end();
      const impatient = track(await control.connect(client.session, { keepAliveIntervalMs: 200 }));
      await fault('close', { code: 408 });
      assert.equal((await impatient.closed(15_000)).code, 408);
    });

    it('408 when the connection is reset before it stands', async () => {
      await control.post('/faults', { kind: 'upgrade-reset' });
      assert.equal((await new BareClient(simulator, newSession()).closed()).code, 408);
    });

    it('408 when the handshake is never answered', async () => {
      await control.post('/faults', { kind: 'no-hello' });
      const client = track(new BareClient(simulator, newSession(), { connectTimeoutMs: 300 }));
      assert.equal((await client.closed()).code, 408);
    });

    it('408 when nobody scans the QR codes', async () => {
      const client = track(new BareClient(simulator, newSession(), { qrTimeout: 20 }));
      const close = await client.closed();
      assert.deepEqual([close.code, close.message], [408, 'QR refs attempts ended']);
      assert.equal(client.qrs.length, 6);
    });
  });

  it('a client that is too old is refused, and one that is not is taken', async () => {
    const client = await control.link(SHOP);
    await client.end();
    await fault('outdated', { below: 1_043_857_761 });
    assert.equal((await new BareClient(simulator, client.session).closed()).code, 405);
    track(await control.connect(client.session, { version: [2, 3000, 1_043_857_761] }));
  });

  it('a garbled frame is no goodbye: the client finds out by its own clock', async () => {
    const client = await control.link(SHOP);
    await client.end();
    const impatient = track(await control.connect(client.session, { keepAliveIntervalMs: 200 }));
    await fault('garbage');
    assert.equal((await impatient.closed(15_000)).code, 408);
  });

  it('a corrupted message cannot be read, and its repeat can', async () => {
    const client = track(await control.link(SHOP));
    await fault('corrupt');
    await control.send(CUSTOMER, SHOP, 'once more');
    await client.received('once more');
  });

  it('a message without what it says is had from the phone', async () => {
    const client = track(await control.link(SHOP));
    await fault('unavailable');
    await control.send(CUSTOMER, SHOP, 'for the phone alone');
    await client.received('for the phone alone');
  });

  it('a backlog that never ends is delivered all the same', async () => {
    const client = await control.link(SHOP);
    await client.end();
    await control.send(CUSTOMER, SHOP, 'meanwhile');
    await fault('no-offline-end');
    const again = track(new BareClient(simulator, client.session));
    // Clients hold back what they do not know to be all.
    await eventually('the message', () => {
      again.socket.ev.flush();
      const messages = again.upserts.flatMap((upsert) => upsert.messages);
      return Promise.resolve(messages.some(({ message }) => message && textOf(message) === 'meanwhile'));
    });
    assert.equal(again.isCaughtUp, false);
  });

  it('a refused upgrade and an unanswered login leave the client waiting', async () => {
    const client = await control.link(SHOP);
    await client.end();
    await control.post('/faults', { kind: 'upgrade-status', status: 503 });
    const refused = new BareClient(simulator, client.session);
    await eventually('the fault used up', async () => {
      return (await control.get<{ faults: unknown[] }>('/faults')).faults.length === 0;
    });
    assert.equal(refused.isOpen, false);
    await fault('no-success');
    const unanswered = new BareClient(simulator, client.session);
    await eventually('the login', async () => {
      return (await control.get<{ faults: unknown[] }>('/faults')).faults.length === 0;
    });
    assert.equal(unanswered.isOpen, false);
    await Promise.all([refused.end(), unanswered.end()]);
    track(await control.connect(client.session));
  });

  it('an unlinked device is logged out and cannot log in again', async () => {
    const client = await control.link(SHOP);
    await control.post(`/phones/${SHOP}/unlink`);
    assert.equal((await client.closed()).code, 401);
    assert.equal((await new BareClient(simulator, client.session).closed()).code, 401);
    const { companions } = await control.get<{ companions: unknown[] }>(`/phones/${SHOP}`);
    assert.deepEqual(companions, []);
  });

  it('a device that logs out is forgotten by its phone', async () => {
    const client = await control.link(SHOP);
    await client.socket.logout();
    await eventually('no companion', async () => {
      return (await control.get<{ companions: unknown[] }>(`/phones/${SHOP}`)).companions.length === 0;
    });
  });

  it('a swallowed ack is not sent although the message is delivered', async () => {
    const client = track(await control.link(SHOP));
    await fault('swallow-ack');
    const id = await write(client, 'one');
    await client.status(id, DELIVERED);
    const next = await write(client, 'two');
    await client.waitFor('the next ack', () => client.serverAcks.find((ack) => ack['id'] === next));
    assert.deepEqual(
      client.serverAcks.map((ack) => ack['id']),
      [next],
    );
  });

  it('an error ack carries its code and the message is not delivered', async () => {
    const client = track(await control.link(SHOP));
    await fault('error-ack', { code: 463 });
    const id = await write(client, 'refused');
    await client.status(id, ERROR);
    const next = await write(client, 'accepted');
    await control.showing(CUSTOMER, 'the next', (shown) => shown.id === next);
    assert.equal((await control.shown(CUSTOMER)).length, 1);
  });

  it('a dropped message comes at the next login; one dropped on its way out never arrives', async () => {
    const client = await control.link(SHOP);
    await fault('drop', { direction: 'to' });
    await control.send(CUSTOMER, SHOP, 'lost');
    await control.send(CUSTOMER, SHOP, 'not lost');
    await client.received('not lost');
    await fault('drop', { direction: 'from' });
    await write(client, 'into the void');
    await write(client, 'through');
    await control.showing(CUSTOMER, 'it', ({ text }) => text === 'through');
    assert.ok(!(await control.shown(CUSTOMER)).some(({ text }) => text === 'into the void'));
    await client.end();
    const again = track(await control.connect(client.session));
    assert.equal((await again.received('lost')).type, 'append');
  });

  it('a reordered message arrives behind the next one', async () => {
    const client = track(await control.link(SHOP));
    await control.send(CUSTOMER, SHOP, 'zero');
    await client.received('zero');
    await fault('reorder');
    await control.send(CUSTOMER, SHOP, 'one');
    await control.send(CUSTOMER, SHOP, 'two');
    await client.received('one');
    const texts = client.upserts.flatMap(({ messages }) => messages.map(({ message }) => message && textOf(message)));
    assert.deepEqual(texts.filter(Boolean), ['zero', 'two', 'one']);
  });

  it('a delayed message still arrives', async () => {
    const client = track(await control.link(SHOP));
    await fault('delay', { ms: 30, direction: 'to', stanza: 'message', times: 1 });
    await control.send(CUSTOMER, SHOP, 'late');
    await client.received('late');
  });

  it('a message encrypted twice under one id arrives twice', async () => {
    const client = track(await control.link(SHOP));
    await fault('duplicate', { variant: 'reencrypted' });
    const id = await control.send(CUSTOMER, SHOP, 'twice');
    await client.waitFor('two copies', () => {
      const copies = client.upserts.flatMap(({ messages }) => messages).filter(({ key }) => key.id === id);
      return copies.filter(({ message }) => message && textOf(message) === 'twice').length === 2;
    });
  });

  it('the same ciphertext twice is read once', async () => {
    const client = track(await control.link(SHOP));
    await control.send(CUSTOMER, SHOP, 'first');
    await client.received('first');
    await write(client, 'an answer, so that a session is settled');
    await control.showing(CUSTOMER, 'the answer', ({ copies }) => copies === 1);
    await fault('duplicate');
    const id = await control.send(CUSTOMER, SHOP, 'again');
    await control.send(CUSTOMER, SHOP, 'last');
    await client.received('last');
    const copies = client.upserts.flatMap(({ messages }) => messages).filter(({ key }) => key.id === id);
    assert.ok(copies.some(({ message }) => message && textOf(message) === 'again'));
  });

  it('a muted namespace is not answered until the fault is cleared', async () => {
    const client = track(await control.link(SHOP));
    await fault('mute', { xmlns: 'usync' });
    const asked = client.socket.onWhatsApp(CUSTOMER);
    let isAnswered = false;
    void asked.then(() => {
      isAnswered = true;
    });
    // A question of another namespace is answered meanwhile, so the first was not just slow.
    await client.socket.fetchPrivacySettings(true);
    assert.equal(isAnswered, false);
    await control.call('DELETE', '/faults');
    assert.equal((await client.socket.onWhatsApp(CUSTOMER))?.[0]?.exists, true);
  });

  it('a device that is gone is named, and has those who ask for its keys refused', async () => {
    const { socket } = track(await control.link(SHOP));
    for (const refused of ['question', 'device']) {
      await control.post('/faults', { account: CUSTOMER, kind: 'ghost', refused });
      const devices = (await socket.getUSyncDevices([CUSTOMER_JID], false, false)).map(({ jid }) => jid);
      assert.equal(devices.length, 2);
      await assert.rejects(socket.assertSessions(devices, true), /not-acceptable/);
      await control.call('DELETE', '/faults');
    }
  });
});
