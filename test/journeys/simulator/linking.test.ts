import assert from 'node:assert/strict';
import { startSimulator, type Simulator } from '../../../simulator/src/simulator.ts';
import { BareClient, newSession } from './bare-client.ts';
import { Control, eventually, type Refused } from './control-client.ts';

const SHOP = '+40700000001';
const CUSTOMER = '+40711111111';

describe('linking a device to a simulated phone', function () {
  this.timeout(30_000);
  let simulator: Simulator;
  let control: Control;
  const clients: BareClient[] = [];

  beforeEach(async () => {
    simulator = await startSimulator({ port: 0, host: '127.0.0.1' });
    control = new Control(simulator);
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) await client.end();
    await simulator.stop();
  });

  it('a scanned QR links the device, which is told to restart and then logs in', async () => {
    await control.post('/phones', { phone: SHOP, name: 'Shop' });
    const session = newSession();
    const applicant = new BareClient(simulator, session);
    const qr = await applicant.waitFor('a QR', () => applicant.qrs[0]);
    const linked = await control.post<{ jid: string; lid: string }>(`/phones/${SHOP}/scan`, { qr });
    assert.equal((await applicant.closed()).code, 515);
    assert.equal(applicant.isNewLogin, true);
    assert.equal(linked.jid, session.creds.me?.id);
    const client = await control.connect(session);
    clients.push(client);
    assert.equal(client.socket.user?.lid, linked.lid);
    assert.equal(session.creds.me?.name, 'Shop');
  });

  it('texts go both ways', async () => {
    await control.post('/phones', { phone: CUSTOMER, name: 'Ana' });
    const client = await control.link(SHOP);
    clients.push(client);
    await control.send(CUSTOMER, SHOP, 'good morning');
    const { message } = await client.received('good morning');
    assert.equal(message.pushName, 'Ana');
    await client.socket.sendMessage(message.key.remoteJid ?? '', { text: 'good morning to you' });
    const shown = await control.showing(CUSTOMER, 'the answer', ({ text }) => text === 'good morning to you');
    assert.equal(shown.copies, 1);
    assert.equal(shown.from, SHOP);
  });

  it('a phone that needs a passkey links nothing, and the device is asked for one', async () => {
    await control.post('/phones', { phone: SHOP, needsPasskey: true });
    const applicant = new BareClient(simulator, newSession());
    clients.push(applicant);
    const qr = await applicant.waitFor('a QR', () => applicant.qrs[0]);
    const asked = new Promise((resolve) =>
      applicant.socket.ws.once('CB:notification,type:passkey_prologue_request', resolve),
    );
    const refused = await control.call<Refused>('POST', `/phones/${SHOP}/scan`, { qr });
    assert.equal(refused.body.error.code, 'passkey_required');
    await asked;
    assert.equal(applicant.isNewLogin, false);
  });

  /** A wrong `signature` is left out: the library as it is takes any for good. */
  const BAD_LINKS = [
    { how: 'seal', code: 500, message: 'Invalid account signature', refusal: 'companion_refused' },
    { how: 'refused', code: 401, message: 'Connection Failure', refusal: 'network_refused' },
  ] as const;

  for (const { how, code, message, refusal } of BAD_LINKS)
    it(`a bad link (${how}) is not made, and the device knows why`, async () => {
      await control.post('/phones', { phone: SHOP });
      await control.post('/faults', { account: SHOP, kind: 'bad-link', how });
      const applicant = new BareClient(simulator, newSession());
      const qr = await applicant.waitFor('a QR', () => applicant.qrs[0]);
      const refused = await control.call<Refused>('POST', `/phones/${SHOP}/scan`, { qr });
      assert.deepEqual([refused.status, refused.body.error.code], [409, refusal]);
      const closed = await applicant.closed();
      assert.deepEqual([closed.code, closed.message], [code, message]);
      assert.equal(applicant.isNewLogin, false);
      clients.push(await control.link(SHOP));
    });

  /** A device that asked for a pairing code, and the code. */
  async function codeRequested(code?: string): Promise<{ applicant: BareClient; code: string }> {
    await control.post('/phones', { phone: SHOP, name: 'Shop' });
    const applicant = new BareClient(simulator, newSession());
    await applicant.waitFor('a QR', () => applicant.qrs[0]);
    return { applicant, code: await applicant.socket.requestPairingCode(SHOP.slice(1), code) };
  }

  it('a pairing code typed on the phone links the device', async () => {
    const { applicant, code } = await codeRequested();
    const typed = `${code.slice(0, 4)}-${code.slice(4).toLowerCase()}`;
    const { jid } = await control.post<{ jid: string }>(`/phones/${SHOP}/enter-code`, { code: typed });
    assert.equal((await applicant.closed()).code, 515);
    assert.equal(applicant.session.creds.me?.id, jid);
    clients.push(await control.connect(applicant.session));
  });

  it('a wrong pairing code is refused, and the right one still links', async () => {
    const { applicant, code } = await codeRequested('ABCD2345');
    const wrong = await control.call<Refused>('POST', `/phones/${SHOP}/enter-code`, { code: 'ZZZZ9999' });
    assert.deepEqual([wrong.status, wrong.body.error.code], [409, 'wrong_code']);
    await control.post(`/phones/${SHOP}/enter-code`, { code });
    assert.equal((await applicant.closed()).code, 515);
  });

  it('a code nobody asked for is refused', async () => {
    await control.post('/phones', { phone: SHOP });
    const refused = await control.call<Refused>('POST', `/phones/${SHOP}/enter-code`, { code: 'ABCD2345' });
    assert.deepEqual([refused.status, refused.body.error.code], [409, 'no_code_requested']);
  });

  it('a QR of a device that left, of nobody, or that is no QR is refused with its reason', async () => {
    await control.post('/phones', { phone: SHOP });
    const applicant = new BareClient(simulator, newSession());
    const qr = await applicant.waitFor('a QR', () => applicant.qrs[0]);
    await applicant.end();
    await eventually('the QR expired', async () => {
      const refused = await control.call<Refused>('POST', `/phones/${SHOP}/scan`, { qr });
      return refused.status === 409 && refused.body.error.code === 'qr_expired';
    });
    const unknown = qr.replace(/#.{5}/, '#zzzzz');
    const answers = [unknown, 'hello'].map((text) =>
      control.call<Refused>('POST', `/phones/${SHOP}/scan`, { qr: text }),
    );
    assert.deepEqual(
      (await Promise.all(answers)).map(({ status, body }) => [status, body.error.code]),
      [
        [409, 'qr_unknown'],
        [400, 'not_a_qr'],
      ],
    );
  });

  it('a QR links one device once', async () => {
    await control.post('/phones', { phone: SHOP });
    await control.post('/phones', { phone: CUSTOMER });
    const applicant = new BareClient(simulator, newSession());
    const qr = await applicant.waitFor('a QR', () => applicant.qrs[0]);
    await control.post(`/phones/${SHOP}/scan`, { qr });
    const again = await control.call<Refused>('POST', `/phones/${CUSTOMER}/scan`, { qr });
    assert.deepEqual([again.status, again.body.error.code], [409, 'qr_unknown']);
  });

  it('a link survives the restart of its client, and a reset forgets it', async () => {
    const client = await control.link(SHOP);
    await client.end();
    const again = await control.connect(client.session);
    await control.post('/reset');
    await again.closed();
    assert.equal((await new BareClient(simulator, client.session).closed()).code, 401);
  });
});
