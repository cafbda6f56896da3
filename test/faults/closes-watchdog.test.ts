/** A connection that stands and does nothing: found, given up, and what was to come or to leave on it does on the next one. */
import assert from 'node:assert/strict';
import type { Account } from '@switchboard/contract/account';
import { paths } from '@switchboard/contract/paths';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { newStage, stopAll } from '../journeys/session-stage.ts';
import {
  linkByQr,
  messagesOf,
  newCustomer,
  sendText,
  threadsOf,
  whenAccount,
  whenInThread,
  whenMessage,
  whenRouted,
  type LinkedAccount,
  type Sent,
} from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { waitFor } from '../support/wait.ts';
import { openIncidents, openSockets, QUICK, SLOW_MS, whenConfirmed, whenWell } from './closes-scene.ts';
import { stoppable } from './session-hanging.ts';
import { lossyFirestore, type Fate, type LossyFirestore } from './session-lost-answers.ts';
import { unshaken } from './unshaken.ts';

const TIMING = { keepAliveMs: 2_000, deafAfterMs: 3_000, stuckAfterMs: SLOW_MS, qrTimeoutMs: null };

describe('a connection on which messages come and none is reported', function () {
  this.timeout(240_000);
  afterEach(stopAll);

  it('is given up for a new one, on which they come again', async () => {
    const stage = await newStage();
    const store = stoppable();
    const running = await stage.run({ timing: TIMING, wrapSession: store.wrap });
    await simulator.scan(stage.phone, await stage.code('qr'));
    await stage.when('it to be connected', ({ status }) => status === 'connected');
    const customer = await newCustomer('Ana');
    store.hang();
    await simulator.send(customer, { to: stage.phone, text: 'unheard' });
    const down = await stage.when('the connection to be given up', ({ status }) => status === 'reconnecting');
    assert.equal(down.statusReason?.code, 'connection_lost');
    assert.match(down.lastDisconnect?.reason ?? '', /none was reported/);
    store.resume();
    await waitFor(
      () => running.messages.map(({ content }) => (content.kind === 'text' ? content.text : content.kind)),
      (texts) => texts.includes('unheard'),
      { what: 'the message to come on the next connection', timeoutMs: SLOW_MS },
    );
    await stage.when('it to be connected', ({ status }) => status === 'connected');
    assert.equal(await openSockets(stage.phone), 1);
  });

  it('is left alone while messages are reported, however many come', async () => {
    const stage = await newStage();
    const running = await stage.run({ timing: TIMING });
    await simulator.scan(stage.phone, await stage.code('qr'));
    await stage.when('it to be connected', ({ status }) => status === 'connected');
    const customer = await newCustomer('Dan');
    for (let sent = 1; sent <= 40; sent += 1) {
      await simulator.send(customer, { to: stage.phone, text: `message ${String(sent)}` });
      await waitFor(
        () => running.messages.length,
        (count) => count >= sent,
        { what: `message ${String(sent)}`, timeoutMs: SLOW_MS },
      );
    }
    assert.deepEqual(running.turns, ['open']);
  });
});

/** An account to which its customer has written. */
interface Talking extends LinkedAccount {
  readonly customer: string;
}

/** Several times what the host is told to wait, and well below what it would wait untold. */
const FOR_SURE_MS = 45_000;
/** Longer than a busy machine needs for a message, and much shorter than any wait here. */
const STUCK_AFTER_MS = '12000';
const DEAF = 'messages came and none was reported';
const STUCK = 'messages were to leave and none did';

describe('an account of a host, whose messages come and are not reported, or do not leave', function () {
  this.timeout(240_000);
  let lossy: LossyFirestore;
  let host: HostProcess;
  let admin: Staff;
  /** Whose commits hang, and what becomes of them then. */
  let hanging: { readonly accountId: string; readonly fate: PromiseWithResolvers<Fate> } | null = null;

  before(async () => {
    lossy = await lossyFirestore((method, asked) => {
      const isHanging = method === 'Commit' && hanging !== null && asked.includes(paths.session(hanging.accountId));
      return isHanging && hanging ? hanging.fate.promise : 'answered';
    });
    host = await startHost({ env: { ...QUICK, STUCK_AFTER_MS, FIRESTORE_EMULATOR_HOST: lossy.address } });
    admin = await signInAs('admin');
  });

  after(async () => {
    hanging?.fate.resolve('answered');
    await host.stop();
    await lossy.close();
  });

  /** From here on, until the answer is resolved, no commit of its session is answered. */
  function hang({ accountId }: LinkedAccount): PromiseWithResolvers<Fate> {
    const fate = Promise.withResolvers<Fate>();
    hanging = { accountId, fate };
    return fate;
  }

  async function talking(name: string): Promise<Talking> {
    const [account, customer] = await Promise.all([linkByQr(admin, name), newCustomer(`Customer of ${name}`)]);
    await simulator.send(customer, { to: account.phone, text: 'hello' });
    await whenInThread(account.accountId, customer, 'hello');
    await whenConfirmed(account);
    return { ...account, customer };
  }

  async function loginsOf(phone: string): Promise<number> {
    return (await simulator.stats()).loginsByAccount[phone] ?? 0;
  }

  /** Writes both ways, and waits until both have it. */
  async function converse({ accountId, phone, customer }: Talking): Promise<void> {
    await simulator.send(customer, { to: phone, text: 'are you there?' });
    await whenInThread(accountId, customer, 'are you there?');
    await whenMessage(accountId, await sendText(admin, { accountId, toPhone: customer }, 'we are'), 'delivered');
  }

  async function whenGivenUp({ accountId }: Pick<LinkedAccount, 'accountId'>, reason: string): Promise<void> {
    const isGivenUp = ({ status }: Account): boolean => status === 'reconnecting';
    const down = await whenAccount(accountId, 'the connection to be given up', isGivenUp, FOR_SURE_MS);
    const lastDisconnect = { code: 408, reason };
    assert.deepEqual([down.statusReason?.code, down.lastDisconnect], ['connection_lost', lastDisconnect]);
  }

  /** Once it is found to be deaf, and connected anew: a message each way. @returns the one that goes out. */
  async function writeToTheDeaf({ accountId, phone, customer }: Talking): Promise<Sent> {
    const before = await loginsOf(phone);
    await simulator.send(customer, { to: phone, text: 'unheard' });
    await whenGivenUp({ accountId }, DEAF);
    await waitFor(
      () => loginsOf(phone),
      (logins) => logins > before,
      { what: 'a new connection', timeoutMs: SLOW_MS },
    );
    await simulator.send(customer, { to: phone, text: 'written meanwhile' });
    const sent = await sendText(admin, { accountId, toPhone: customer }, 'answer');
    await whenRouted(sent.requestId);
    assert.deepEqual(await openIncidents(accountId), []);
    return sent;
  }

  it('because Firestore leaves its session unanswered gets a new connection, and has all once it answers, while others go on', async () => {
    const [deaf, neighbour] = [await talking('Deaf'), await talking('Neighbour')];
    const { accountId, phone, customer } = deaf;
    const { retries } = await simulator.stats();
    const commits = hang(deaf);
    await unshaken(admin, neighbour, async () => {
      const sent = await writeToTheDeaf(deaf);
      await converse(neighbour);
      commits.resolve('answered');
      await whenWell(deaf);
      await whenMessage(accountId, sent, 'delivered');
    });
    for (const text of ['unheard', 'written meanwhile']) await whenInThread(accountId, customer, text);
    const [thread] = await threadsOf(accountId);
    const stored = (await messagesOf(thread?.threadId ?? '')).map(({ body }) => body);
    assert.deepEqual(stored.toSorted(), ['answer', 'hello', 'unheard', 'written meanwhile']);
    const shown = (await simulator.messages(customer, phone)).filter(({ fromMe }) => !fromMe);
    assert.deepEqual(
      shown.map(({ text, copies, undecryptable }) => [text, copies, undecryptable]),
      [['answer', 1, 0]],
    );
    assert.equal((await simulator.stats())['retries'], retries, 'the customer was asked to repeat a message');
  });

  it('because WhatsApp leaves a question about its phone unanswered gets a new connection, and has them there', async () => {
    const [phone, customer] = [await newCustomer('Owner'), await newCustomer('Ana')];
    await simulator.fault({ account: phone, kind: 'mute', xmlns: 'w:sync:app:state' });
    const account = await linkByQr(admin, 'Unsettled', phone);
    await simulator.send(customer, { to: phone, text: 'unheard' });
    await whenGivenUp(account, DEAF);
    await whenInThread(account.accountId, customer, 'unheard');
    await whenWell(account);
    await converse({ ...account, customer });
  });

  it('because WhatsApp leaves that question unanswered where only we write gets a new connection, and they leave there, once', async () => {
    const [phone, customer] = [await newCustomer('Owner'), await newCustomer('Ana')];
    await simulator.fault({ account: phone, kind: 'mute', xmlns: 'w:sync:app:state' });
    const { accountId } = await linkByQr(admin, 'Unsettled', phone);
    const texts = ['we are', 'open', 'again'];
    const sent: Sent[] = [];
    for (const text of texts) sent.push(await sendText(admin, { accountId, toPhone: customer }, text));
    await whenGivenUp({ accountId }, STUCK);
    for (const each of sent) await whenMessage(accountId, each, 'delivered');
    await whenWell({ accountId, phone });
    for (const { requestId } of sent)
      assert.equal(
        (await adminFirestore().doc(paths.outbox(requestId)).get()).get('attemptCount'),
        1,
        'it might have left',
      );
    assert.deepEqual(
      (await simulator.messages(customer, phone)).map(({ text, copies, undecryptable }) => [
        text,
        copies,
        undecryptable,
      ]),
      texts.map((text) => [text, 1, 0]),
    );
  });
});
