import assert from 'node:assert/strict';
import { paths } from '@switchboard/contract/paths';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore } from '../support/stack.ts';
import { freshId, freshPhone } from '../support/unique.ts';
import { waitFor } from '../support/wait.ts';
import type { WhatsAppSocket } from '../../socket-host/src/whatsapp/types.ts';
import { newStage, sentBuilds, stopAll, type Running, type Stage } from './session-stage.ts';

async function linked(): Promise<{ readonly stage: Stage; readonly running: Running }> {
  const stage = await newStage();
  const running = await stage.run();
  await simulator.scan(stage.phone, await stage.code('qr'));
  await running.open();
  return { stage, running };
}

async function newCustomer(): Promise<string> {
  const phone = freshPhone();
  await simulator.addPhone({ phone, name: 'Ana' });
  return phone;
}

function jidOf(phone: string): string {
  return `${phone.slice(1)}@s.whatsapp.net`;
}

async function send(socket: WhatsAppSocket, to: string, text: string): Promise<{ id: string; kind: string }> {
  const id = `3EB0${freshId('').replaceAll('-', '').slice(0, 16).toUpperCase()}`;
  const built = socket.buildMessage({ kind: 'text', text });
  sentBuilds.set(id, built);
  const outcome = await socket.send(to, id, built);
  return { id, kind: outcome.kind === 'refused' ? `refused ${outcome.code}` : outcome.kind };
}

async function received(running: Running, text: string): Promise<void> {
  await waitFor(
    () => running.messages.map(({ content }) => content),
    (contents) => contents.some((content) => content.kind === 'text' && content.text === text),
    { what: `"${text}" to arrive` },
  );
}

describe('messages of a linked account', () => {
  afterEach(stopAll);
  afterEach(() => simulator.clearFaults());

  it('go out, are taken by the server, delivered and read', async () => {
    const { running } = await linked();
    const socket = await running.open();
    const customer = await newCustomer();
    const { id, kind } = await send(socket, jidOf(customer), 'hello');
    assert.equal(kind, 'acked');
    await waitFor(
      () => running.receipts,
      (receipts) => receipts.some((receipt) => receipt.waMessageId === id && receipt.status === 'delivered'),
      { what: 'the delivery receipt' },
    );
    const [shown] = await simulator.messages(customer);
    assert.deepEqual([shown?.id, shown?.text, shown?.copies, shown?.undecryptable], [id, 'hello', 1, 0]);
  });

  it('come in with both spellings of who wrote them', async () => {
    const { stage, running } = await linked();
    const customer = await newCustomer();
    const id = await simulator.send(customer, { to: stage.phone, text: 'good morning' });
    await received(running, 'good morning');
    const message = running.messages.find(({ waMessageId }) => waMessageId === id);
    assert.equal(message?.source, 'live');
    assert.match(message.chatJid, /@lid$/);
    assert.equal(message.chatAltJid, jidOf(customer));
    assert.equal(message.senderName, 'Ana');
    assert.equal(message.fromMe, false);
  });

  it('are not sent to a number without WhatsApp, and it is certain that they were not', async () => {
    const { running } = await linked();
    const outcome = await (
      await running.open()
    ).send(
      jidOf(freshPhone()),
      '3EB0AAAAAAAAAAAAAAAA01',
      (await running.open()).buildMessage({ kind: 'text', text: 'nobody there' }),
    );
    assert.deepEqual(outcome, {
      kind: 'not-sent',
      reason: 'not-on-whatsapp',
      detail: 'the number has no WhatsApp',
    });
  });

  it('that WhatsApp refuses say with which code', async () => {
    const { stage, running } = await linked();
    const socket = await running.open();
    const customer = await newCustomer();
    await simulator.fault({ account: stage.phone, kind: 'error-ack', code: 463 });
    assert.equal((await send(socket, jidOf(customer), 'cold')).kind, 'refused 463');
    assert.equal((await send(socket, jidOf(customer), 'again')).kind, 'acked');
    assert.deepEqual(
      running.receipts.filter(({ status }) => status === 'failed'),
      [],
    );
  });

  it('go to the LID also when WhatsApp left the question for it unanswered', async () => {
    const { stage, running } = await linked();
    const socket = await running.open();
    const customer = await newCustomer();
    await simulator.fault({ account: stage.phone, kind: 'mute', xmlns: 'usync', about: 'lid', times: 1 });
    await simulator.fault({ account: stage.phone, kind: 'error-ack', code: 463, to: 'pn' });
    assert.equal((await send(socket, jidOf(customer), 'to where you are')).kind, 'acked');
    assert.equal(await simulator.timesLeft(stage.phone, 'mute'), null);
  });

  it('in both directions survive a change of owner without a new code, ratchets included', async () => {
    const { stage, running } = await linked();
    const customer = await newCustomer();
    for (const text of ['one', 'two']) await send(await running.open(), jidOf(customer), text);
    await simulator.send(customer, { to: stage.phone, text: 'three' });
    await received(running, 'three');
    await running.stop();
    await simulator.send(customer, { to: stage.phone, text: 'while nobody listens' });

    const next = await stage.run();
    await received(next, 'while nobody listens');
    assert.equal(next.messages.find(({ fromMe }) => !fromMe)?.source, 'backlog');
    assert.equal((await send(await next.open(), jidOf(customer), 'four')).kind, 'acked');
    await simulator.send(customer, { to: stage.phone, text: 'five' });
    await received(next, 'five');
    const shown = (await simulator.messages(customer, stage.phone)).filter(({ fromMe }) => !fromMe);
    assert.deepEqual(
      shown.map(({ text, copies, undecryptable }) => [text, copies, undecryptable]),
      [
        ['one', 1, 0],
        ['two', 1, 0],
        ['four', 1, 0],
      ],
    );
  });

  it('keep their ratchets whole when sends and arrivals overlap', async () => {
    const { stage, running } = await linked();
    const socket = await running.open();
    const customer = await newCustomer();
    await send(socket, jidOf(customer), 'first');
    const texts = Array.from({ length: 15 }, (_, index) => String(index));
    await Promise.all([
      ...texts.map((text) => send(socket, jidOf(customer), `out ${text}`)),
      ...texts.map((text) => simulator.send(customer, { to: stage.phone, text: `in ${text}` })),
    ]);
    for (const text of texts) await received(running, `in ${text}`);
    const shown = (await simulator.messages(customer, stage.phone)).filter(({ fromMe }) => !fromMe);
    assert.equal(shown.length, texts.length + 1);
    assert.deepEqual(
      shown.filter(({ copies, undecryptable }) => copies !== 1 || undecryptable !== 0),
      [],
    );
    assert.deepEqual(
      running.messages.filter(({ content }) => content.kind === 'undecryptable'),
      [],
    );
  });

  it('written on the phone itself are seen as its own, in the thread of whom they were written to', async () => {
    const { stage, running } = await linked();
    const customer = await newCustomer();
    await simulator.send(stage.phone, { to: customer, text: 'from my phone' });
    await received(running, 'from my phone');
    const message = running.messages.find(({ content }) => content.kind === 'text' && content.text === 'from my phone');
    assert.equal(message?.fromMe, true);
    assert.ok([message.chatJid, message.chatAltJid].includes(jidOf(customer)), message.chatJid);
    assert.notEqual(message.chatAltJid, jidOf(stage.phone));
  });

  it('cost one document write each, once people know each other', async () => {
    const { stage, running } = await linked();
    const socket = await running.open();
    const customer = await newCustomer();
    const session = adminFirestore().doc(paths.session(stage.accountId));
    const commits = async () => Number((await session.get()).get('sequence'));
    await send(socket, jidOf(customer), 'first');
    await simulator.send(customer, { to: stage.phone, text: 'answer' });
    await received(running, 'answer');
    await send(socket, jidOf(customer), 'second');
    const before = await commits();
    for (let count = 0; count < 10; count += 1) await send(socket, jidOf(customer), `further ${String(count)}`);
    assert.equal((await commits()) - before, 10);
  });

  it('cannot be sent by a host that lost the account, and it is certain that they were not', async () => {
    const { stage, running } = await linked();
    const socket = await running.open();
    const customer = await newCustomer();
    await send(socket, jidOf(customer), 'before');
    await stage.claimByAnother();
    assert.equal((await send(socket, jidOf(customer), 'after')).kind, 'not-sent');
    await waitFor(
      () => running.isFenced,
      (isFenced) => isFenced,
      { what: 'the loss to be noticed' },
    );
    assert.equal(running.supervisor.socket(), null);
    const shown = await simulator.messages(customer, stage.phone);
    assert.deepEqual(
      shown.map(({ text }) => text),
      ['before'],
    );
  });

  it('are certainly not sent while WhatsApp does not say where to', async () => {
    const { stage, running } = await linked();
    const socket = await running.open();
    const customer = await newCustomer();
    await simulator.fault({ account: stage.phone, kind: 'mute', xmlns: 'usync' });
    const sending = send(socket, jidOf(customer), 'into the dark');
    await simulator.fault({ account: stage.phone, kind: 'close', code: 428 });
    assert.equal((await sending).kind, 'not-sent');
    await simulator.clearFaults();
    assert.deepEqual(await simulator.messages(customer), []);
  });

  it('whose answer is lost with the connection may have been sent, and the same id sent again is shown once', async () => {
    const { stage, running } = await linked();
    const socket = await running.open();
    const customer = await newCustomer();
    await send(socket, jidOf(customer), 'before');
    await simulator.fault({ account: stage.phone, kind: 'swallow-ack' });
    const id = '3EB0BBBBBBBBBBBBBBBB01';
    const built = socket.buildMessage({ kind: 'text', text: 'once' });
    const first = socket.send(jidOf(customer), id, built);
    await waitFor(
      () => simulator.messages(customer, stage.phone),
      (shown) => shown.some((message) => message.id === id),
      { what: 'the message to arrive' },
    );
    await simulator.fault({ account: stage.phone, kind: 'close', code: 428 });
    assert.equal((await first).kind, 'unacknowledged');
    const again = await running.open();
    assert.equal((await again.send(jidOf(customer), id, built)).kind, 'acked');
    const shown = (await simulator.messages(customer, stage.phone)).filter((message) => message.id === id);
    assert.deepEqual(
      shown.map(({ text, undecryptable }) => [text, undecryptable]),
      [['once', 0]],
    );
  });

  it('that a recipient could not read are sent again as they were built, also by the next owner', async () => {
    const { stage, running } = await linked();
    const customer = await newCustomer();
    await send(await running.open(), jidOf(customer), 'one');
    await simulator.send(customer, { to: stage.phone, text: 'answer' });
    await received(running, 'answer');
    await send(await running.open(), jidOf(customer), 'two');
    const ratchet = sessionRowOf(running, customer);
    await send(await running.open(), jidOf(customer), 'three');
    // As if the last write had been lost: the next message is encrypted with a key the customer has used up.
    await running.session?.set([ratchet]);
    await simulator.offline(customer);
    const { id } = await send(await running.open(), jidOf(customer), 'unreadable at first');
    await running.stop();
    const next = await stage.run();
    await next.open();
    await simulator.online(customer);
    const shown = await waitFor(
      async () => (await simulator.messages(customer, stage.phone)).find((message) => message.id === id),
      (message) => message?.text === 'unreadable at first',
      { what: 'the message to be read in the end' },
    );
    assert.equal(shown?.undecryptable, 1);
    assert.equal(shown.copies, 1);
  });
});

function sessionRowOf({ session }: Running, customer: string): { type: string; id: string; value: string } {
  const lid: unknown = JSON.parse(session?.get('lid-mapping', customer.slice(1)) ?? 'null');
  const id = `${String(lid)}_1.0`;
  const value = session?.get('session', id);
  if (value === undefined) throw new Error(`no session row ${id}`);
  return { type: 'session', id, value };
}
