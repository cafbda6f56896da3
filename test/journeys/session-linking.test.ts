import assert from 'node:assert/strict';
import { accountRequestSchema } from '@switchboard/contract/account';
import { paths } from '@switchboard/contract/paths';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore } from '../support/stack.ts';
import { waitForDocument } from '../support/wait.ts';
import { newStage, stopAll } from './session-stage.ts';

describe('linking an account', () => {
  afterEach(stopAll);

  it('by QR: shows a code, is connected after the scan, and shows the code no longer', async () => {
    const stage = await newStage();
    const { supervisor } = await stage.run();
    const qr = await stage.code('qr');
    const shown = (await adminFirestore().doc(paths.linking(stage.accountId)).get()).data();
    assert.match(String(shown?.['qrDataUrl']), /^data:image\/png;base64,/);
    await stage.when('it to wait for its phone', ({ status }) => status === 'qr_ready');
    await simulator.scan(stage.phone, qr);
    const account = await stage.when('it to be connected', ({ status }) => status === 'connected');
    assert.equal(account.waJid, `${stage.phone.slice(1)}@s.whatsapp.net`);
    assert.match(account.waLid ?? '', /^\d+@lid$/);
    assert.notEqual(account.lastConnectedAt, null);
    assert.equal((await adminFirestore().doc(paths.linking(stage.accountId)).get()).exists, false);
    assert.notEqual(supervisor.socket(), null);
  });

  it('by pairing code: shows eight characters, is connected once they are typed', async () => {
    const stage = await newStage();
    await stage.ask('pairing_code', { linkMethod: 'pairing_code' });
    await stage.run();
    const code = await stage.code('pairingCode');
    assert.match(code, /^[A-Z0-9]{8}$/);
    const shown = (await adminFirestore().doc(paths.linking(stage.accountId)).get()).data();
    assert.equal(shown?.['qr'], null);
    await simulator.enterCode(stage.phone, code);
    await stage.when('it to be connected', ({ status }) => status === 'connected');
  });

  it('marks the request done and frees the slot', async () => {
    const stage = await newStage();
    const requestId = await stage.ask('add');
    await stage.run();
    await stage.when('the slot to be free', ({ pendingRequest }) => pendingRequest === null);
    await waitForDocument(
      adminFirestore().doc(paths.accountRequest(requestId)),
      accountRequestSchema,
      ({ status }) => status === 'done',
      { what: 'the request to be done' },
    );
  });

  it('with the phone of somebody else is undone', async () => {
    const stage = await newStage();
    const stranger = await newStage();
    await stage.run();
    await simulator.scan(stranger.phone, await stage.code('qr'));
    const account = await stage.when('the link to be refused', ({ status }) => status === 'needs_qr');
    assert.equal(account.statusReason?.code, 'link_refused');
    const { openSockets } = await simulator.stats();
    assert.equal(openSockets[stranger.phone] ?? 0, 0);
  });
});
