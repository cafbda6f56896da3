import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { WebSocket } from 'ws';
import { startSimulator, type Simulator } from '../../../simulator/src/simulator.ts';
import type { BareClient } from './bare-client.ts';
import { Control, eventually } from './control-client.ts';

const SHOP = '+40700000001';

describe('a connection of the simulated network that another one of the same device replaces', function () {
  this.timeout(30_000);
  let simulator: Simulator;
  let control: Control;
  let second: BareClient | null = null;

  beforeEach(async () => {
    simulator = await startSimulator({ port: 0, host: '127.0.0.1' });
    control = new Control(simulator);
  });

  afterEach(async () => {
    await second?.end();
    await simulator.stop();
  });

  it('is closed as such, and both count as open at once until it is', async () => {
    const client = await control.link(SHOP);
    second = await control.connect(client.session);
    assert.equal((await client.closed()).code, 440);
    await eventually('one socket', async () => {
      const stats = await control.get<Record<string, Record<string, number>>>('/stats');
      return stats['openSockets']?.[SHOP] === 1 && stats['maxOpenSockets']?.[SHOP] === 2;
    });
  });

  it('is not heard any more, and what it still says is counted', async () => {
    const client = await control.link(SHOP);
    // It does not read that it is replaced, as if its machine were stopped.
    const socket = Reflect.get(client.socket.ws, 'socket') as WebSocket;
    socket.pause();
    second = await control.connect(client.session);
    await client.socket.sendNode({ tag: 'presence', attrs: { type: 'available' } });
    await eventually('it to be counted', async () => {
      const { lateStanzas } = await control.get<{ lateStanzas: unknown }>('/stats');
      return isDeepStrictEqual(lateStanzas, { [SHOP]: { presence: 1 } });
    });
    socket.resume();
    assert.equal((await client.closed()).code, 440);
  });
});
