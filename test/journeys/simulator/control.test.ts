import assert from 'node:assert/strict';
import { startSimulator, type Simulator } from '../../../simulator/src/simulator.ts';
import { Control, type Refused } from './control-client.ts';

const ANA = '+40711111111';
const BOB = '+40722222222';

describe('the control API of the simulator', () => {
  let simulator: Simulator;
  let control: Control;

  beforeEach(async () => {
    simulator = await startSimulator({ port: 0, host: '127.0.0.1' });
    control = new Control(simulator);
    await control.post('/phones', { phone: ANA, name: 'Ana' });
    await control.post('/phones', { phone: BOB, name: 'Bob' });
  });

  afterEach(async () => {
    await simulator.stop();
  });

  const refusals: [string, string, unknown, number, string, string | null][] = [
    ['/phones', 'no phone number', { phone: '0711' }, 400, 'invalid_request', 'phone'],
    ['/phones', 'an unknown field', { phone: ANA, colour: 'red' }, 400, 'invalid_request', 'colour'],
    ['/phones', 'a LID that is no number', { phone: '+40733333333', lid: 'ANA' }, 400, 'invalid_request', 'lid'],
    [`/phones/${ANA}/scan`, 'no QR', {}, 400, 'invalid_request', 'qr'],
    [`/phones/${ANA}/messages`, 'nothing to send', { to: BOB }, 400, 'invalid_request', null],
    [`/phones/${ANA}/messages`, 'two contents', { to: BOB, text: 'a', raw: {} }, 400, 'invalid_request', null],
    [`/phones/${ANA}/messages`, 'a stranger', { to: '+40799999999', text: 'a' }, 404, 'unknown_phone', 'to'],
    [`/phones/${ANA}/react`, 'an unknown message', { to: BOB, id: 'X', emoji: '👍' }, 404, 'unknown_message', 'id'],
    [`/phones/${ANA}/unlink`, 'an unknown device', { device: 7 }, 404, 'unknown_device', 'device'],
    ['/phones/+40799999999/read', 'an unknown phone', { from: BOB }, 404, 'unknown_phone', 'phone'],
    ['/faults', 'an unknown kind', { account: ANA, kind: 'explode' }, 400, 'invalid_request', 'kind'],
    ['/faults', 'an unknown account', { account: '+40799999999', kind: 'drop' }, 404, 'unknown_phone', 'account'],
    [
      '/faults',
      'a code nobody closes with',
      { account: ANA, kind: 'close', code: 499 },
      400,
      'invalid_request',
      'code',
    ],
    ['/nowhere', 'an unknown route', {}, 404, 'unknown_route', null],
  ];
  for (const [path, what, body, status, code, field] of refusals)
    it(`POST ${path.split('/').at(-1) ?? ''} refuses ${what} and says why`, async () => {
      const refused = await control.call<Refused>('POST', path, body);
      assert.deepEqual([refused.status, refused.body.error.code, refused.body.error.field], [status, code, field]);
      assert.ok(refused.body.error.message.length > 5);
    });

  it('a LID belongs to one phone', async () => {
    await control.post('/phones', { phone: '+40733333333', lid: '123456789' });
    const refused = await control.call<Refused>('POST', '/phones', { phone: '+40744444444', lid: '123456789' });
    assert.deepEqual([refused.status, refused.body.error.code], [409, 'lid_taken']);
  });

  it('a body that is no JSON is refused as such', async () => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${simulator.url}/phones`, { method: 'POST', headers, body: '{' });
    assert.equal(response.status, 400);
    // The shape of every refusal.
    assert.equal(((await response.json()) as Refused).error.code, 'invalid_request');
  });

  it('phones write to each other without any account, and what they show can be asked for', async () => {
    const id = await control.send(ANA, BOB, 'hi Bob');
    await control.showing(BOB, 'the message', (shown) => shown.id === id && shown.copies === 1);
    await control.showing(ANA, 'two ticks', (shown) => shown.id === id && shown.status === 'delivered');
    await control.post(`/phones/${BOB}/read`, { from: ANA });
    await control.showing(ANA, 'blue ticks', (shown) => shown.id === id && shown.status === 'read');
    const answer = await control.send(BOB, ANA, 'hi Ana', { quote: id });
    const shown = await control.showing(ANA, 'the answer', (found) => found.id === answer);
    assert.deepEqual([shown.from, shown.to, shown.fromMe], [BOB, ANA, false]);
  });

  it('what is written offline goes out when the phone is back', async () => {
    await control.post(`/phones/${ANA}/offline`);
    const id = await control.send(ANA, BOB, 'from the tunnel');
    await control.showing(ANA, 'it waiting', (shown) => shown.id === id && shown.status === 'sending');
    assert.deepEqual(await control.shown(BOB), []);
    await control.post(`/phones/${ANA}/online`);
    await control.showing(BOB, 'it', (shown) => shown.id === id);
  });

  it('adding a phone again changes its name and nothing else', async () => {
    const [before] = await control.get<{ lid: string }[]>('/phones');
    const again = await control.call<{ name: string; lid: string }>('POST', '/phones', { phone: ANA, name: 'Anna' });
    assert.deepEqual([again.status, again.body.name, again.body.lid], [200, 'Anna', before?.lid]);
    assert.equal((await control.get<unknown[]>('/phones')).length, 2);
  });

  it('a reset leaves no phone, no fault and no count', async () => {
    await control.send(ANA, BOB, 'hi');
    await control.post('/faults', { account: ANA, kind: 'swallow-ack' });
    await control.post('/reset');
    assert.deepEqual(await control.get('/phones'), []);
    assert.deepEqual(await control.get('/faults'), { faults: [] });
    const stats = await control.get<{ messagesRouted: number; openSockets: unknown }>('/stats');
    assert.deepEqual([stats.messagesRouted, stats.openSockets], [0, {}]);
  });
});
