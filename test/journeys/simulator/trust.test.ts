import assert from 'node:assert/strict';
import { WA_CERT_DETAILS } from '@whiskeysockets/baileys';
import '../../../socket-host/src/whatsapp/enforce-signatures.ts';
import { generateKeyPair } from '../../../simulator/src/wire/curve.ts';
import { startSimulator, type Simulator } from '../../../simulator/src/simulator.ts';
import { BareClient, newSession } from './bare-client.ts';
import { Control } from './control-client.ts';

describe('trust in the simulated network, with signatures enforced', function () {
  this.timeout(30_000);
  let simulator: Simulator;

  beforeEach(async () => {
    simulator = await startSimulator({ port: 0, host: '127.0.0.1' });
  });

  afterEach(async () => {
    await simulator.stop();
  });

  it('its own root is published and accepted, and its signatures hold through linking and messages', async () => {
    const control = new Control(simulator);
    const { publicKey } = await control.get<{ publicKey: string }>('/noise-root');
    assert.equal(publicKey, simulator.noiseRoot);
    assert.match(publicKey, /^[0-9a-f]{64}$/);
    await control.post('/phones', { phone: '+40711111111', name: 'Ana' });
    const client = await control.link('+40700000001');
    await control.send('+40711111111', '+40700000001', 'signed and sealed');
    await client.received('signed and sealed');
    await client.end();
  });

  it('another root is refused', async () => {
    const trustsAnother = { ...simulator, noiseRoot: generateKeyPair().publicKey.toString('hex') };
    const client = new BareClient(trustsAnother, newSession());
    const close = await client.closed();
    assert.deepEqual([close.code, close.message], [400, 'noise intermediate certificate signature invalid']);
    WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(simulator.noiseRoot, 'hex');
  });
});
