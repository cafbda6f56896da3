import assert from 'node:assert/strict';
import {
  getBinaryNodeChildren,
  type BaileysEventMap,
  type BinaryNode,
  type GroupMetadata,
} from '@whiskeysockets/baileys';
import { startSimulator, type Simulator } from '../../../simulator/src/simulator.ts';
import { BareClient } from './bare-client.ts';
import { Control, eventually } from './control-client.ts';

const SHOP = '+40700000001';
const ANA = '+40711111111';
const MIHAI = '+40722222222';
const RADU = '+40733333333';

interface GroupView {
  readonly id: string;
  readonly subject: string;
  readonly participants: readonly { phone: string; role: string }[];
}

describe('groups of simulated phones and a linked account', function () {
  this.timeout(30_000);
  let simulator: Simulator;
  let control: Control;
  let shop: BareClient;
  let group: GroupView;
  const clients: BareClient[] = [];

  beforeEach(async () => {
    simulator = await startSimulator({ port: 0, host: '127.0.0.1' });
    control = new Control(simulator);
    for (const [phone, name] of Object.entries({ [ANA]: 'Ana', [MIHAI]: 'Mihai', [RADU]: 'Radu' }))
      await control.post('/phones', { phone, name });
    shop = await control.link(SHOP);
    clients.push(shop);
    group = await control.post<GroupView>('/groups', { subject: 'Orders', owner: SHOP, participants: [ANA, MIHAI] });
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) await client.end();
    await simulator.stop();
  });

  const write = async (from: string, text: string) =>
    (await control.post<{ id: string }>(`/groups/${group.id}/messages`, { from, text })).id;

  const showing = (phone: string, text: string) =>
    control.showing(phone, `"${text}" in the group`, (shown) => shown.text === text);

  const changeMembers = (change: Record<string, unknown>) => control.post(`/groups/${group.id}/participants`, change);

  function collect<Name extends keyof BaileysEventMap>(name: Name): BaileysEventMap[Name][] {
    const events: BaileysEventMap[Name][] = [];
    shop.socket.ev.on(name, (event) => events.push(event));
    return events;
  }

  it('what the account writes is read and shown once by each member, and by its own phone as sent', async () => {
    for (const text of ['first', 'second', 'third']) await shop.socket.sendMessage(group.id, { text });
    for (const phone of [ANA, MIHAI, SHOP]) {
      await showing(phone, 'third');
      const shown = await control.shown(phone);
      assert.deepEqual(
        shown.map(({ text, from, copies, undecryptable, fromMe }) => ({ text, from, copies, undecryptable, fromMe })),
        ['first', 'second', 'third'].map((text) => ({
          ...{ text, from: SHOP, copies: 1, undecryptable: 0, fromMe: phone === SHOP },
        })),
      );
    }
    assert.deepEqual(await control.shown(RADU), []);
    const stats = await control.get<{ retries: number; undecryptable: number }>('/stats');
    assert.deepEqual([stats.retries, stats.undecryptable], [0, 0]);
  });

  it('what members write reaches the account, the first with its key and the next without', async () => {
    await write(ANA, 'from Ana');
    await write(ANA, 'again from Ana');
    await write(MIHAI, 'from Mihai');
    for (const [text, phone] of Object.entries({ 'from Ana': ANA, 'again from Ana': ANA, 'from Mihai': MIHAI })) {
      const { message } = await shop.received(text);
      assert.equal(message.key.remoteJid, group.id);
      assert.match(message.key.participant ?? '', /@lid$/);
      assert.equal(message.key.participantAlt, `${phone.slice(1)}@s.whatsapp.net`);
    }
    await showing(ANA, 'from Mihai');
  });

  it('what was written on the account’s own phone reaches the account as its own', async () => {
    await write(SHOP, 'from the phone');
    const { message } = await shop.received('from the phone');
    assert.equal(message.key.fromMe, true);
    assert.equal(message.key.remoteJid, group.id);
  });

  it('a reaction is seen by everyone, the one who reacted included', async () => {
    const sent = await shop.socket.sendMessage(group.id, { text: 'do you like it?' });
    await showing(ANA, 'do you like it?');
    const react = { id: sent?.key.id, emoji: '👍' };
    await control.post(`/groups/${group.id}/messages`, { from: ANA, react });
    for (const phone of [ANA, MIHAI, SHOP])
      await control.showing(phone, 'the reaction', ({ reactions }) =>
        reactions.some(({ from, emoji }) => from === ANA && emoji === '👍'),
      );
    const received = await shop.waitFor('the reaction', () =>
      shop.upserts.flatMap(({ messages }) => messages).find(({ message }) => message?.reactionMessage),
    );
    assert.equal(received.message?.reactionMessage?.key?.id, sent?.key.id);
  });

  it('every companion of a member reads along', async () => {
    const ana = await control.link(ANA);
    clients.push(ana);
    await shop.socket.sendMessage(group.id, { text: 'to all devices' });
    await ana.received('to all devices');
    await ana.socket.sendMessage(group.id, { text: 'from a companion' });
    await shop.received('from a companion');
    assert.equal((await showing(MIHAI, 'from a companion')).from, ANA);
  });

  it('what was written while the account was away comes when it is back', async () => {
    await write(ANA, 'before');
    await shop.received('before');
    await shop.end();
    await shop.closed();
    await write(ANA, 'while away');
    const back = await control.connect(shop.session);
    clients.push(back);
    assert.equal((await back.received('while away')).type, 'append');
  });

  it('members confirm delivery and reading to the account, each by name', async () => {
    const receipts = collect('message-receipt.update');
    const sent = await shop.socket.sendMessage(group.id, { text: 'please confirm' });
    await showing(ANA, 'please confirm');
    await control.post(`/phones/${ANA}/read`, { from: group.id });
    await shop.waitFor('a read receipt of Ana', () =>
      receipts
        .flat()
        .find(
          ({ key, receipt }) => key.id === sent?.key.id && receipt.userJid?.endsWith('@lid') && receipt.readTimestamp,
        ),
    );
    await shop.waitFor('delivery receipts of two people', () => {
      const delivered = receipts.flat().filter(({ receipt }) => receipt.receiptTimestamp);
      return new Set(delivered.map(({ receipt }) => receipt.userJid)).size === 2;
    });
  });

  it('what members have is told in one receipt of several, by message, where the network is to do so', async () => {
    await control.post('/faults', { kind: 'grouped-receipts', account: SHOP });
    const sent = [];
    for (const phone of [ANA, MIHAI]) await control.post(`/phones/${phone}/offline`);
    for (const text of ['first', 'second']) sent.push((await shop.socket.sendMessage(group.id, { text }))?.key.id);
    await shop.end();
    await shop.closed();
    for (const phone of [ANA, MIHAI]) await control.post(`/phones/${phone}/online`);
    for (const phone of [ANA, MIHAI]) await showing(phone, 'second');
    const back = new BareClient(simulator, shop.session);
    clients.push(back);
    const receipts: BinaryNode[] = [];
    back.socket.ws.on('CB:receipt', (receipt: BinaryNode) => receipts.push(receipt));
    await back.waitFor('the backlog', () => back.isCaughtUp);
    const [receipt, ...others] = receipts.filter((each) => getBinaryNodeChildren(each, 'participants').length > 0);
    assert.ok(receipt);
    assert.deepEqual([receipt.attrs['participant'], others], [undefined, []]);
    const told = getBinaryNodeChildren(receipt, 'participants').map((message) => {
      const members = getBinaryNodeChildren(message, 'user').map(({ attrs }) => attrs['jid']);
      return [message.attrs['key'], new Set(members).size];
    });
    assert.deepEqual(
      told,
      sent.map((id) => [id, 2]),
    );
  });

  it('a member’s ticks turn double once everyone has the message and blue once everyone has read it', async () => {
    const id = await write(ANA, 'tick');
    const { message } = await shop.received('tick');
    await control.showing(ANA, 'two ticks', (shown) => shown.id === id && shown.status === 'delivered');
    await shop.socket.readMessages([message.key]);
    await showing(MIHAI, 'tick');
    await control.post(`/phones/${MIHAI}/read`, { from: group.id });
    await control.showing(ANA, 'blue ticks', (shown) => shown.id === id && shown.status === 'read');
  });

  it('the account learns who is in the group, by LID and by number', async () => {
    const metadata: GroupMetadata = await shop.socket.groupMetadata(group.id);
    assert.equal(metadata.subject, 'Orders');
    assert.equal(metadata.addressingMode, 'lid');
    assert.equal(metadata.participants.length, 3);
    assert.ok(metadata.participants.every(({ id }) => id.endsWith('@lid')));
    const numbers = metadata.participants.map(({ phoneNumber }) => `+${phoneNumber?.split('@')[0] ?? ''}`);
    assert.deepEqual(new Set(numbers), new Set([SHOP, ANA, MIHAI]));
    assert.deepEqual(Object.keys(await shop.socket.groupFetchAllParticipating()), [group.id]);
  });

  it('membership changes are announced', async () => {
    const changes = collect('group-participants.update');
    const upserts = collect('groups.upsert');
    await changeMembers({ add: [RADU] });
    await changeMembers({ promote: [RADU] });
    await changeMembers({ remove: [MIHAI] });
    const second = await control.post<GroupView>('/groups', { subject: 'Second', owner: ANA, participants: [SHOP] });
    await shop.waitFor('three changes', () => changes.length === 3);
    assert.deepEqual(
      changes.map(({ id, action }) => [id, action]),
      ['add', 'promote', 'remove'].map((action) => [group.id, action]),
    );
    await shop.waitFor('the new group', () => upserts.flat().find(({ id }) => id === second.id));
  });

  it('who was added reads from then on, who was removed reads no more', async () => {
    await write(ANA, 'one');
    await showing(MIHAI, 'one');
    await changeMembers({ add: [RADU], remove: [MIHAI] });
    await write(ANA, 'two');
    await showing(RADU, 'two');
    await showing(SHOP, 'two');
    assert.deepEqual(
      (await control.shown(MIHAI)).map(({ text }) => text),
      ['one'],
    );
    assert.deepEqual(
      (await control.shown(RADU)).map(({ text }) => text),
      ['two'],
    );
  });

  it('the account cannot write to a group it is not in', async () => {
    await changeMembers({ remove: [SHOP], by: SHOP });
    await assert.rejects(shop.socket.sendMessage(group.id, { text: 'still here?' }), /forbidden/);
  });

  it('the account can make a group and change it', async () => {
    const made = await shop.socket.groupCreate('Made by the account', [`${ANA.slice(1)}@s.whatsapp.net`]);
    await shop.socket.groupParticipantsUpdate(made.id, [`${RADU.slice(1)}@s.whatsapp.net`], 'add');
    await shop.socket.groupUpdateSubject(made.id, 'Renamed');
    const view = (await control.get<GroupView[]>('/groups')).find(({ id }) => id === made.id);
    assert.equal(view?.subject, 'Renamed');
    assert.deepEqual(
      view.participants.map(({ phone, role }) => `${phone} ${role}`),
      [`${SHOP} superadmin`, `${ANA} member`, `${RADU} member`],
    );
  });

  it('a member that lost the key asks again and then reads on', async () => {
    await shop.socket.sendMessage(group.id, { text: 'before the loss' });
    await showing(ANA, 'before the loss');
    // The message that would have brought Radu the key is lost on its way; only its successor arrives.
    await changeMembers({ add: [RADU] });
    await control.post('/faults', { kind: 'drop', account: SHOP, direction: 'from', stanza: 'message' });
    await shop.socket.sendMessage(group.id, { text: 'lost' });
    await shop.socket.sendMessage(group.id, { text: 'found' });
    const shown = await showing(RADU, 'found');
    assert.equal(shown.copies, 1);
    assert.equal(shown.undecryptable, 1);
    await shop.socket.sendMessage(group.id, { text: 'and on' });
    assert.equal((await showing(RADU, 'and on')).undecryptable, 0);
  });

  it('an account that cannot read a member’s message asks again and then reads it', async () => {
    await write(ANA, 'before the loss');
    await shop.received('before the loss');
    await changeMembers({ remove: [MIHAI] });
    // Ana begins a new key; the message that brings it is lost.
    await control.post('/faults', { kind: 'drop', account: SHOP, direction: 'to', stanza: 'message' });
    await write(ANA, 'lost');
    const id = await write(ANA, 'found');
    assert.equal((await shop.received('found')).message.key.id, id);
    const { retries } = await control.get<{ retries: number }>('/stats');
    assert.ok(retries > 0, 'the message could be read without a retry, so nothing was lost');
    await write(ANA, 'and on');
    await shop.received('and on');
  });

  it('refusals name the field', async () => {
    const refused = async (path: string, body: unknown) => {
      const answer = await control.call<{ error: { code: string; field: string } }>('POST', path, body);
      return [answer.status, answer.body.error.code, answer.body.error.field];
    };
    assert.deepEqual(await refused('/groups', { subject: '', owner: SHOP }), [400, 'invalid_request', 'subject']);
    assert.deepEqual(await refused('/groups', { subject: 'x', owner: '+40799999999' }), [
      404,
      'unknown_phone',
      'owner',
    ]);
    const messages = `/groups/${group.id}/messages`;
    assert.deepEqual(await refused(messages, { from: RADU, text: 'hi' }), [403, 'not_a_member', 'from']);
    const byMember = { by: ANA, add: [RADU] };
    assert.deepEqual(await refused(`/groups/${group.id}/participants`, byMember), [403, 'not_an_admin', 'by']);
    assert.deepEqual(await refused('/groups/1@g.us/messages', { from: ANA, text: 'hi' }), [404, 'unknown_group', 'id']);
  });

  it('a reset forgets groups', async () => {
    await control.post('/reset');
    assert.deepEqual(await eventually('no groups', () => control.get<GroupView[]>('/groups')), []);
  });
});
