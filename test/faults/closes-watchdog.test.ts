/** A connection that stands and does nothing: found, given up, and what WhatsApp sent on it comes on the next one. */
import assert from 'node:assert/strict';
import { newStage, stopAll } from '../journeys/session-stage.ts';
import { newCustomer } from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { waitFor } from '../support/wait.ts';
import { openSockets, SLOW_MS } from './closes-scene.ts';
import { stoppable } from './session-hanging.ts';

const TIMING = { keepAliveMs: 2_000, deafAfterMs: 3_000, qrTimeoutMs: null };

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
