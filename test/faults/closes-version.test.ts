/** WhatsApp refuses clients that are too old (405): hosts learn the newest version, keep the last good one, and share it. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { paths } from '@switchboard/contract/paths';
import { linkByQr, whenAccount, type LinkedAccount } from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, startHost } from '../support/stack.ts';
import { signInAs } from '../support/staff.ts';
import { waitFor } from '../support/wait.ts';
import {
  closeOnce,
  connectAnew,
  newBystander,
  openIncidents,
  QUICK,
  SLOW_MS,
  whenStatus,
  whenWell,
} from './closes-scene.ts';

/** Far ahead of whatever the library was published with. */
const NEWEST = 2_000_000_001;

/** Publishes a web client, as WhatsApp does. */
class Publisher {
  /** What it names; `null`: it is broken. */
  revision: number | null = null;
  asked = 0;
  readonly #server: Server = createServer((_request, response) => {
    this.asked += 1;
    if (this.revision === null) response.writeHead(500).end('out of order');
    else response.end(`self.__swData=JSON.parse("{\\"client_revision\\":${String(this.revision)}}")`);
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${String(port)}/sw.js`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function stored(): Promise<unknown> {
  return (await adminFirestore().doc(paths.whatsappVersion).get()).get('version');
}

describe('the WhatsApp Web version', function () {
  this.timeout(240_000);
  const publisher = new Publisher();
  let env: Record<string, string>;

  before(async () => {
    env = { ...QUICK, WHATSAPP_VERSION_URL: await publisher.start() };
    await adminFirestore().doc(paths.whatsappVersion).delete();
  });

  after(async () => {
    await publisher.stop();
    await adminFirestore().doc(paths.whatsappVersion).delete();
  });

  async function refuseOlder({ phone }: LinkedAccount): Promise<void> {
    await simulator.fault({ account: phone, kind: 'outdated', below: NEWEST });
    await simulator.fault({ account: phone, kind: 'close', code: 428 });
  }

  it('is learned when WhatsApp refuses ours, kept when nobody can name one, and known to the next host', async () => {
    const first = await startHost({ env });
    const admin = await signInAs('admin');
    const account = await linkByQr(admin, 'Ageing');
    const bystander = await newBystander(admin);
    await waitFor(
      () => publisher.asked,
      (asked) => asked > 0,
      { what: 'the host to have asked once', timeoutMs: SLOW_MS },
    );
    assert.equal(await stored(), undefined);

    await refuseOlder(account);
    const refused = await whenStatus(account.accountId, 'reconnecting', 'client_outdated');
    assert.equal(refused.lastDisconnect?.code, 405);
    assert.deepEqual(await openIncidents(account.accountId), []);
    publisher.revision = NEWEST;
    await whenWell(account);
    await bystander.assertUntouched();
    assert.equal(((await stored()) as number[])[2], NEWEST);
    await first.stop();

    publisher.revision = null;
    const asked = publisher.asked;
    const second = await startHost({ hostId: 'second', env });
    await whenAccount(
      account.accountId,
      'the second host to run the account',
      ({ ownerHostId, status }) => ownerHostId?.startsWith('second') === true && status === 'connected',
      SLOW_MS,
    );
    assert.equal(publisher.asked, asked, 'asked again within the hour');
    // Whoever runs it in the other tests would look for another version because of it.
    await simulator.clearFaults(account.phone);
    await second.stop();
  });

  it('that is published and refused gives way to the one that was taken before, and is not presented again', async () => {
    await adminFirestore().doc(paths.whatsappVersion).delete();
    publisher.revision = null;
    const host = await startHost({ env });
    const admin = await signInAs('admin');
    const account = await linkByQr(admin, 'Misled');
    const bystander = await newBystander(admin);
    publisher.revision = 1;
    // As if nobody had asked lately.
    await adminFirestore()
      .doc(paths.whatsappVersion)
      .set({ checkedAt: new Date(0) }, { merge: true });
    await simulator.fault({ account: account.phone, kind: 'outdated', below: 2 });
    await closeOnce(account, 405);
    assert.equal((await whenWell(account)).lastDisconnect?.code, 405);
    assert.equal(((await stored()) as number[])[2], 1);
    const asked = publisher.asked;
    await connectAnew(account);
    assert.equal(publisher.asked, asked, 'the refused one was presented again');
    await bystander.assertUntouched();
    await host.stop();
  });

  it('that is stored is not taken when it is older than what the host came with', async () => {
    await adminFirestore()
      .doc(paths.whatsappVersion)
      .set({ version: [2, 3000, 1], checkedAt: new Date() });
    const host = await startHost({ env });
    const account = await linkByQr(await signInAs('admin'), 'Modern');
    await simulator.fault({ account: account.phone, kind: 'outdated', below: 2 });
    await simulator.fault({ account: account.phone, kind: 'close', code: 503 });
    await whenStatus(account.accountId, 'reconnecting', 'connection_lost');
    // Not 405: what it presents is taken.
    assert.equal((await whenWell(account)).lastDisconnect?.code, 503);
    await host.stop();
  });
});
