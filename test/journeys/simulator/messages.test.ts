import assert from 'node:assert/strict';
import { proto } from '@whiskeysockets/baileys';
import { startSimulator, type Simulator } from '../../../simulator/src/simulator.ts';
import { textOf, type BareClient } from './bare-client.ts';
import { Control, eventually } from './control-client.ts';

const SHOP = '+40700000001';
const OTHER_SHOP = '+40700000002';
const CUSTOMER = '+40711111111';
const { DELIVERY_ACK: DELIVERED, READ } = proto.WebMessageInfo.Status;

const jidOf = (phone: string): string => `${phone.slice(1)}@s.whatsapp.net`;

describe('messages over the simulated network', function () {
  this.timeout(30_000);
  let simulator: Simulator;
  let control: Control;
  const clients: BareClient[] = [];

  async function linked(phone: string): Promise<BareClient> {
    const client = await control.link(phone);
    clients.push(client);
    return client;
  }

  async function sent(client: BareClient, to: string, text: string): Promise<string> {
    const message = await client.socket.sendMessage(to, { text });
    assert.ok(message?.key.id);
    return message.key.id;
  }

  beforeEach(async () => {
    simulator = await startSimulator({ port: 0, host: '127.0.0.1' });
    control = new Control(simulator);
    await control.post('/phones', { phone: CUSTOMER, name: 'Ana' });
  });

  afterEach(async () => {
    const stats = await control.get<{ lastUnhandled: string | null }>('/stats');
    for (const client of clients.splice(0)) await client.end();
    await simulator.stop();
    assert.equal(stats.lastUnhandled, null);
  });

  it('a message is acknowledged, then delivered, then read', async () => {
    const client = await linked(SHOP);
    const id = await sent(client, jidOf(CUSTOMER), 'your parcel is here');
    await client.waitFor('the ack', () => client.serverAcks.find((ack) => ack['id'] === id && !ack['error']));
    await client.status(id, DELIVERED);
    await control.post(`/phones/${CUSTOMER}/read`, { from: SHOP });
    await client.status(id, READ);
  });

  it('a phone that is offline gets its messages when it is online again', async () => {
    const client = await linked(SHOP);
    await control.post(`/phones/${CUSTOMER}/offline`);
    const id = await sent(client, jidOf(CUSTOMER), 'later');
    await client.waitFor('the ack', () => client.serverAcks.find((ack) => ack['id'] === id));
    assert.deepEqual(await control.shown(CUSTOMER), []);
    await control.post(`/phones/${CUSTOMER}/online`);
    await control.showing(CUSTOMER, 'the message', (shown) => shown.id === id && shown.copies === 1);
    await client.status(id, DELIVERED);
  });

  it("the account's own phone shows what its device sent, and its device what the phone wrote", async () => {
    const client = await linked(SHOP);
    const id = await sent(client, jidOf(CUSTOMER), 'from the device');
    const copy = await control.showing(SHOP, 'the sent message', (shown) => shown.id === id);
    assert.deepEqual([copy.fromMe, copy.to, copy.text], [true, CUSTOMER, 'from the device']);
    await control.showing(SHOP, 'both ticks', (shown) => shown.id === id && shown.status === 'delivered');
    const written = await control.send(SHOP, CUSTOMER, 'from the phone');
    const { message } = await client.received(written);
    assert.equal(message.key.fromMe, true);
    assert.match(message.key.remoteJid ?? '', /@lid$/);
    assert.equal(message.key.remoteJidAlt, jidOf(CUSTOMER));
    await control.showing(CUSTOMER, 'it', (shown) => shown.id === written && shown.text === 'from the phone');
  });

  it('people are addressed by LID or by number, and the other address travels along', async () => {
    const client = await linked(SHOP);
    await control.send(CUSTOMER, SHOP, 'by lid');
    await control.send(CUSTOMER, SHOP, 'by number', { addressing: 'pn' });
    const byLid = (await client.received('by lid')).message.key;
    const byNumber = (await client.received('by number')).message.key;
    assert.match(byLid.remoteJid ?? '', /@lid$/);
    assert.equal(byLid.remoteJidAlt, jidOf(CUSTOMER));
    assert.equal(byNumber.remoteJid, jidOf(CUSTOMER));
    assert.equal(byNumber.remoteJidAlt, byLid.remoteJid);
  });

  it('what comes through a broadcast list names the list and its sender, who hears from the list who has it', async () => {
    const client = await linked(SHOP);
    const direct = await control.send(CUSTOMER, SHOP, 'directly');
    const lid = (await client.received(direct)).message.key.remoteJid;
    for (const [addressing, addresses] of [
      ['lid', [lid, jidOf(CUSTOMER)]],
      ['pn', [jidOf(CUSTOMER), lid]],
    ] as const) {
      const id = await control.send(CUSTOMER, SHOP, 'to all of you', { viaList: true, addressing });
      const { key } = (await client.received(id)).message;
      assert.match(key.remoteJid ?? '', /^\d+@broadcast$/);
      assert.deepEqual([key.participant, key.remoteJidAlt], addresses);
      await control.showing(CUSTOMER, 'two ticks', (shown) => shown.id === id && shown.status === 'delivered');
      await client.socket.readMessages([key]);
      await control.showing(CUSTOMER, 'blue ticks', (shown) => shown.id === id && shown.status === 'read');
    }
    const own = await control.send(SHOP, CUSTOMER, 'news', { viaList: true, addressing: 'pn' });
    const { key } = (await client.received(own)).message;
    assert.deepEqual([key.fromMe, key.participant], [true, jidOf(SHOP)]);
    await control.showing(CUSTOMER, 'the news', ({ id, text }) => id === own && text === 'news');
    await control.post(`/phones/${CUSTOMER}/read`, { from: SHOP });
    await control.showing(SHOP, 'blue ticks', ({ id, status }) => id === own && status === 'read');
  });

  it('what came while a device was away arrives as backlog, in order and once', async () => {
    const client = await linked(SHOP);
    await control.send(CUSTOMER, SHOP, 'hello');
    await client.received('hello');
    await client.end();
    for (const text of ['one', 'two', 'three']) await control.send(CUSTOMER, SHOP, text);
    const again = await control.connect(client.session);
    clients.push(again);
    const last = await again.received('three');
    assert.equal(last.type, 'append');
    const texts = again.upserts.flatMap(({ messages }) => messages.map(({ message }) => message && textOf(message)));
    assert.deepEqual(texts, ['one', 'two', 'three']);
    await again.end();
    const third = await control.connect(client.session);
    clients.push(third);
    assert.deepEqual(third.upserts, []);
  });

  it('receipts that came while a device was away reach it later', async () => {
    const client = await linked(SHOP);
    await control.post(`/phones/${CUSTOMER}/offline`);
    const id = await sent(client, jidOf(CUSTOMER), 'are you there?');
    await client.waitFor('the ack', () => client.serverAcks.find((ack) => ack['id'] === id));
    await client.end();
    await control.post(`/phones/${CUSTOMER}/online`);
    await control.showing(CUSTOMER, 'the message', (shown) => shown.id === id);
    await control.post(`/phones/${CUSTOMER}/read`, { from: SHOP });
    const again = await control.connect(client.session);
    clients.push(again);
    await again.status(id, READ);
  });

  it('two accounts write to each other, and their phones see it too', async () => {
    const one = await linked(SHOP);
    const two = await linked(OTHER_SHOP);
    const id = await sent(one, jidOf(OTHER_SHOP), 'device to device');
    const { message } = await two.received(id);
    assert.ok(message.key.remoteJid);
    await control.showing(OTHER_SHOP, 'the message', (shown) => shown.id === id);
    await one.status(id, DELIVERED);
    await sent(two, message.key.remoteJid, 'and back');
    await one.received('and back');
    await control.showing(SHOP, 'the answer', ({ text }) => text === 'and back');
  });

  it('one customer of two accounts has two chats that do not mix', async () => {
    const [one, two] = [await linked(SHOP), await linked(OTHER_SHOP)];
    await sent(one, jidOf(CUSTOMER), 'from one');
    await sent(two, jidOf(CUSTOMER), 'from two');
    await control.showing(CUSTOMER, 'both', ({ text }) => text === 'from one');
    await control.showing(CUSTOMER, 'both', ({ text }) => text === 'from two');
    const chat = await control.get<{ text: string }[]>(`/phones/${CUSTOMER}/messages?with=${encodeURIComponent(SHOP)}`);
    assert.deepEqual(
      chat.map(({ text }) => text),
      ['from one'],
    );
  });

  it('several devices of one phone each get every message', async () => {
    const first = await linked(SHOP);
    const second = await linked(SHOP);
    await control.send(CUSTOMER, SHOP, 'to all of you');
    await first.received('to all of you');
    await second.received('to all of you');
    const id = await sent(first, jidOf(CUSTOMER), 'the first answers');
    const { message } = await second.received(id);
    assert.equal(message.key.fromMe, true);
  });

  it('senders hear of devices that are linked and unlinked later', async () => {
    const sender = await linked(OTHER_SHOP);
    const first = await linked(SHOP);
    await sent(sender, jidOf(SHOP), 'to one device');
    await first.received('to one device');
    const second = await linked(SHOP);
    await sent(sender, jidOf(SHOP), 'to two devices');
    await first.received('to two devices');
    await second.received('to two devices');
    await control.post(`/phones/${SHOP}/unlink`, { device: 1 });
    assert.equal((await first.closed()).code, 401);
    await sent(sender, jidOf(SHOP), 'to the other device');
    await second.received('to the other device');
  });

  it('reactions, edits, revocations, places and contacts arrive as what they are', async () => {
    const client = await linked(SHOP);
    const id = await control.send(CUSTOMER, SHOP, 'helo');
    const { message } = await client.received(id);
    await control.post(`/phones/${CUSTOMER}/messages`, { to: SHOP, edit: { id, text: 'hello' } });
    await control.post(`/phones/${CUSTOMER}/messages`, {
      to: SHOP,
      location: { latitude: 44.4, longitude: 26.1, name: 'Home' },
    });
    await control.post(`/phones/${CUSTOMER}/messages`, { to: SHOP, raw: { imageMessage: { caption: 'look' } } });
    await client.waitFor('a place', () =>
      client.upserts.find(({ messages }) => messages[0]?.message?.locationMessage?.name === 'Home'),
    );
    await client.waitFor('an image', () =>
      client.upserts.find(({ messages }) => messages[0]?.message?.imageMessage?.caption === 'look'),
    );
    await client.waitFor('the edit', () =>
      client.updates.find(({ key, update }) => key.id === id && update.message?.editedMessage),
    );
    await client.socket.sendMessage(message.key.remoteJid ?? '', { react: { text: '👍', key: message.key } });
    await control.showing(CUSTOMER, 'the reaction', ({ reactions }) => reactions[0]?.emoji === '👍');
    await control.post(`/phones/${CUSTOMER}/messages`, { to: SHOP, revoke: { id } });
    await client.waitFor('the revocation', () =>
      client.updates.find(({ key, update }) => key.id === id && update.message === null),
    );
  });

  it('typing and presence are seen on both sides', async () => {
    const client = await linked(SHOP);
    await control.post(`/phones/${CUSTOMER}/typing`, { to: SHOP });
    await client.waitFor('typing', () =>
      client.presences.find(({ presences }) =>
        Object.values(presences).some(({ lastKnownPresence }) => lastKnownPresence === 'composing'),
      ),
    );
    await client.socket.presenceSubscribe(jidOf(CUSTOMER));
    await client.waitFor('presence', () => client.presences.find(({ id }) => id === jidOf(CUSTOMER)));
    await client.socket.sendPresenceUpdate('composing', jidOf(CUSTOMER));
    await eventually('the shop typing', async () => {
      const { typing } = await control.get<{ typing: Record<string, string> }>(`/phones/${CUSTOMER}`);
      return typing[SHOP] === 'composing';
    });
  });

  it("a device linked later gets the phone's chats as history", async () => {
    await control.post('/phones', { phone: SHOP, name: 'Shop' });
    const id = await control.send(CUSTOMER, SHOP, 'before the link');
    await control.showing(SHOP, 'the message', (shown) => shown.id === id);
    const client = await linked(SHOP);
    const history = await client.waitFor('history', () => client.histories[0]);
    assert.equal(history.messages[0]?.key.id, id);
    assert.equal(history.chats[0]?.unreadCount, 1);
  });

  it('a chatty customer reads and answers by itself', async () => {
    await control.post('/phones', { phone: CUSTOMER, replyDelayMs: 20 });
    const client = await linked(SHOP);
    const id = await sent(client, jidOf(CUSTOMER), 'hi');
    await client.received('echo: hi');
    await client.status(id, READ);
  });

  it('a read receipt of the device reaches the customer', async () => {
    const client = await linked(SHOP);
    const id = await control.send(CUSTOMER, SHOP, 'seen?');
    const { message } = await client.received(id);
    await control.showing(CUSTOMER, 'two ticks', (shown) => shown.id === id && shown.status === 'delivered');
    await client.socket.readMessages([message.key]);
    await control.showing(CUSTOMER, 'blue ticks', (shown) => shown.id === id && shown.status === 'read');
  });

  it('a message to a number that is not on WhatsApp is refused by the server', async () => {
    const client = await linked(SHOP);
    const results = await client.socket.onWhatsApp('+40799999999', CUSTOMER);
    // Baileys leaves out whoever is not there.
    assert.deepEqual(results, [{ jid: jidOf(CUSTOMER), exists: true }]);
    const id = await sent(client, jidOf('+40799999999'), 'nobody');
    const ack = await client.waitFor('the ack', () => client.serverAcks.find((found) => found['id'] === id));
    assert.equal(ack['error'], '404');
  });
});
