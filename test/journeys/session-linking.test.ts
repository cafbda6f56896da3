import assert from 'node:assert/strict';
import { accountRequestSchema } from '@switchboard/contract/account';
import { paths } from '@switchboard/contract/paths';
import { systemClock } from '../../socket-host/src/clock.ts';
import { dependenciesOf } from '../../socket-host/src/host/owned-account-scene.ts';
import { runAccount } from '../../socket-host/src/host/owned-account.ts';
import { acquireLease } from '../../socket-host/src/store/leases.ts';
import { createNetwork } from '../../socket-host/src/whatsapp/network.ts';
import { atTheEnd } from '../support/clean-up.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, simulatorNoiseRoot, stack } from '../support/stack.ts';
import { freshId } from '../support/unique.ts';
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

  it('with the phone of somebody else is not made, and nothing of theirs is seen', async () => {
    const stage = await newStage();
    const stranger = await newStage();
    const customer = await newStage();
    const run = await stage.run();
    const qr = await stage.code('qr');
    await simulator.send(customer.phone, { to: stranger.phone, text: 'before' });
    await assert.rejects(simulator.scan(stranger.phone, qr), /companion_refused/);
    await simulator.send(customer.phone, { to: stranger.phone, text: 'after' });
    const account = await stage.when('the link to be refused', ({ status }) => status === 'needs_qr');
    assert.equal(account.statusReason?.code, 'wrong_phone');
    const { loginsByAccount } = await simulator.stats();
    assert.equal(loginsByAccount[stranger.phone] ?? 0, 0);
    assert.deepEqual([run.messages, run.session?.creds], [[], null]);
  });

  it('with its own phone is made after somebody else’s was refused', async () => {
    const stage = await newStage();
    const stranger = await newStage();
    await stage.run();
    const first = await stage.code('qr');
    await assert.rejects(simulator.scan(stranger.phone, first), /companion_refused/);
    await stage.when('the link to be refused', ({ status }) => status === 'needs_qr');
    await stage.ask('relink', { status: 'connecting', statusReason: null });
    await simulator.scan(stage.phone, await stage.code('qr', first));
    await stage.when('it to be connected', ({ status }) => status === 'connected');
  });

  it('leaves it with something to do from its opening on, though nothing came yet: its phone may send its past', async () => {
    const stage = await newStage();
    const { accountId } = stage;
    const [db, hostId] = [adminFirestore(), freshId('host')];
    const network = createNetwork(stack.socketUrl(), await simulatorNoiseRoot());
    let passedMs = 0;
    const clock = { ...systemClock, monotonicMs: () => passedMs };
    const owned = dependenciesOf({ db, hostId, network, clock });
    const acquired = await acquireLease(db, accountId, hostId);
    assert.ok(acquired);
    const ignore = (): undefined => undefined;
    const rest = { onLost: ignore, onDoubt: ignore, signal: new AbortController().signal };
    const account = await runAccount(owned, { accountId, ...acquired, ...rest });
    atTheEnd(async () => {
      await account.stop();
      owned.watch.stop();
    });
    const qr = await stage.code('qr');
    assert.equal(account.isIdle(), true);
    await simulator.scan(stage.phone, qr);
    await stage.when('it to be connected', ({ status }) => status === 'connected');
    // Nobody ever wrote to this phone: no message of its past is what keeps the account from being moved.
    assert.equal(account.isIdle(), false);
    passedMs = 15_000;
    assert.equal(account.isIdle(), true);
  });
});
