/** A connection that ends while a message is on its way into it: the send ends as well, whatever the library still waits for. */
import assert from 'node:assert/strict';
import { newStage, stopAll } from '../journeys/session-stage.ts';
import { newCustomer } from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { waitFor } from '../support/wait.ts';
import { stoppable } from './session-hanging.ts';

const ID = '3EB0CCCCCCCCCCCCCCCC01';

describe('a message that is being encrypted for ever', () => {
  afterEach(stopAll);

  it('is in doubt once its connection is gone, and goes out over the next one', async () => {
    const stage = await newStage();
    const store = stoppable();
    const running = await stage.run({ wrapSession: store.wrap });
    await simulator.scan(stage.phone, await stage.code('qr'));
    const socket = await running.open();
    const customer = await newCustomer('Ana');
    const to = `${customer.slice(1)}@s.whatsapp.net`;
    const send = (over: typeof socket, id: string, text: string) =>
      over.send(to, id, socket.buildMessage({ kind: 'text', text }));
    assert.equal((await send(socket, '3EB0CCCCCCCCCCCCCCCC00', 'before')).kind, 'acked');
    store.hang();
    const sending = send(socket, ID, 'stuck');
    await waitFor(store.hangingRatchets, (count) => count > 0, { what: 'the encryption to hang' });
    await simulator.fault({ account: stage.phone, kind: 'close', code: 428 });
    assert.equal((await sending).kind, 'unacknowledged');
    store.resume();
    const isNew = (found: typeof socket | null): boolean => found !== null && found !== socket;
    const next = await waitFor(() => running.supervisor.socket(), isNew, { what: 'the next connection' });
    assert.ok(next);
    assert.equal((await send(next, ID, 'stuck')).kind, 'acked');
    await waitFor(
      () => simulator.messages(customer, stage.phone),
      (shown) => shown.filter(({ id, copies }) => id === ID && copies === 1).length === 1,
      { what: 'the message to be shown once' },
    );
  });
});
