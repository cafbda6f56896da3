import assert from 'node:assert/strict';
import { linkingSchema } from '@switchboard/contract/account';
import { accountIdOf } from '@switchboard/contract/ids';
import { paths } from '@switchboard/contract/paths';
import { doc, getDoc } from 'firebase/firestore';
import type { HostProcess } from '../../scripts/lib/host.ts';
import {
  accountOfRequest,
  askAccount,
  linkByQr,
  newCustomer,
  shownQr,
  whenAccount,
  whenInThread,
} from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { freshPhone } from '../support/unique.ts';
import { waitFor, waitForDocument } from '../support/wait.ts';

describe('linking a number', () => {
  let host: HostProcess;
  let admin: Staff;

  before(async () => {
    host = await startHost();
    admin = await signInAs('admin');
  });
  after(() => host.stop());

  it('by QR: a document adds the account, its code appears, the phone scans it, the account is connected', async () => {
    const phone = freshPhone();
    await simulator.addPhone({ phone, name: 'Shop' });
    const requestId = await askAccount(admin, { type: 'add', name: 'Shop', phone });
    const accountId = await accountOfRequest(requestId);
    assert.equal(accountId, accountIdOf('demo', phone));
    const qr = await shownQr(accountId);
    const linking = await getDoc(doc(admin.db, paths.linking(accountId)));
    assert.match(String(linking.get('qrDataUrl')), /^data:image\/png;base64,/);
    await whenAccount(accountId, 'the account to wait for its phone', ({ status }) => status === 'qr_ready');
    await simulator.scan(phone, qr);
    const account = await whenAccount(accountId, 'the account to be connected', ({ status }) => status === 'connected');
    assert.equal(account.name, 'Shop');
    assert.match(account.waJid ?? '', new RegExp(`^${phone.slice(1)}`));
    assert.ok(account.lastConnectedAt);
    await waitFor(
      async () => (await adminFirestore().doc(paths.linking(accountId)).get()).exists,
      (exists) => !exists,
      { what: 'the QR code, a credential, to be taken away' },
    );
    const request = await adminFirestore().doc(paths.accountRequest(requestId)).get();
    assert.equal(request.get('status'), 'done');
  });

  it('by pairing code: the code is typed into the phone and the account is connected', async () => {
    const phone = freshPhone();
    await simulator.addPhone({ phone, name: 'Desk' });
    const accountId = await accountOfRequest(await askAccount(admin, { type: 'add', name: 'Desk', phone }));
    await askAccount(admin, { type: 'pairing_code', accountId });
    const linking = await waitForDocument(
      adminFirestore().doc(paths.linking(accountId)),
      linkingSchema,
      ({ pairingCode }) => pairingCode !== null,
      { what: 'a pairing code to be shown', timeoutMs: 60_000 },
    );
    assert.match(linking.pairingCode ?? '', /^[A-Z0-9]{8}$/);
    await simulator.enterCode(phone, linking.pairingCode ?? '');
    const account = await whenAccount(accountId, 'the account to be connected', ({ status }) => status === 'connected');
    assert.equal(account.linkMethod, 'pairing_code');
    const customer = await newCustomer('Ana');
    await simulator.send(customer, { to: phone, text: 'after pairing' });
    await whenInThread(accountId, customer, 'after pairing');
  });

  it('brings what the phone wrote before with the ticks it shows for it', async () => {
    const phone = freshPhone();
    await simulator.addPhone({ phone, name: 'Shop' });
    const [reader, away] = [await newCustomer('Ana'), await newCustomer('Dan')];
    const say = (to: string) => simulator.send(phone, { to, text: `hello ${to}` });
    const arrived = (to: string) =>
      waitFor(
        () => simulator.messages(to, phone),
        (shown) => shown.length > 0,
        { what: `${to} to have it` },
      );
    await say(reader);
    await arrived(reader);
    await simulator.read(reader, phone);
    await simulator.offline(away);
    await say(away);
    const { accountId } = await linkByQr(admin, 'Shop', phone);
    const ticks = [reader, away].map(async (to) => (await whenInThread(accountId, to, `hello ${to}`)).status);
    assert.deepEqual(await Promise.all(ticks), ['read', 'sent']);
  });

  it('keeps the QR code from agents', async () => {
    const phone = freshPhone();
    await simulator.addPhone({ phone, name: 'Secret' });
    const accountId = await accountOfRequest(await askAccount(admin, { type: 'add', name: 'Secret', phone }));
    await shownQr(accountId);
    const agent = await signInAs('agent');
    await assert.rejects(getDoc(doc(agent.db, paths.linking(accountId))), { code: 'permission-denied' });
  });

  it('of the same phone twice gives the one account and never a second socket', async () => {
    const { accountId, phone } = await linkByQr(admin, 'Once');
    const again = await Promise.all([
      askAccount(admin, { type: 'add', name: 'Twice', phone }),
      askAccount(admin, { type: 'add', name: 'Thrice', phone: `${phone.slice(0, 3)} ${phone.slice(3)}` }),
    ]);
    for (const requestId of again) {
      const request = await waitFor(
        async () => (await adminFirestore().doc(paths.accountRequest(requestId)).get()).data(),
        (data) => data?.['status'] === 'done' || data?.['status'] === 'rejected',
        // The functions emulator gives up a contended transaction and loses the event; the sweep of the next minute finds it.
        { what: 'the second request to be settled', timeoutMs: 110_000 },
      );
      const isSuperseded = request?.['status'] === 'rejected';
      assert.equal(isSuperseded ? Reflect.get(Object(request['error']), 'code') : 'superseded', 'superseded');
      assert.equal(request?.['accountId'], accountId);
    }
    const account = await whenAccount(accountId, 'the account to be connected', ({ status }) => status === 'connected');
    assert.equal(account.name, 'Once');
    const customer = await newCustomer('Ana');
    await simulator.send(customer, { to: phone, text: 'still here' });
    await whenInThread(accountId, customer, 'still here');
    const { maxOpenSockets } = await simulator.stats();
    assert.equal(maxOpenSockets[phone], 1);
    const { docs } = await adminFirestore().collection('accounts').where('phoneE164', '==', phone).get();
    assert.equal(docs.length, 1);
  });
});
