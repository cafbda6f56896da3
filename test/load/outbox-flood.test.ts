import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { accountIdOf } from '@switchboard/contract/ids';
import { DEFAULT_LIMITS } from '@switchboard/contract/limits';
import { newAccount } from '@switchboard/contract/new-account';
import { paths } from '@switchboard/contract/paths';
import { FieldValue } from 'firebase-admin/firestore';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { newCustomer, shownQr, whenAccount, whenOutbox, type LinkedAccount } from '../support/journey.ts';
import { writeRouted } from '../support/routed-entries.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, startHost } from '../support/stack.ts';
import { freshId, freshPhone } from '../support/unique.ts';
import { waitFor } from '../support/wait.ts';

const WAITING = 10_000;
const THREADS = 1_000;
/** Longer ones would try the emulator: it looks at every document of the collection at every change. */
const TEXT_CHARACTERS = 500;
/** Enough for a host with two accounts; what holds ten thousand entries does not live long in it. */
const HEAP_MB = 128;
/** What the process may grow by, buffers outside of its heap included. */
const MAX_GROWTH_MB = 100;
/** No more than these are sent while the test looks. */
const WITH_MESSAGE = 100;
const SENDS = 12;
/** The pace of the flooded account: in the longest time this test may take, it sends a small part of what waits. */
const PER_MINUTE = 6;

function jidOf(phone: string): string {
  return `${phone.slice(1)}@s.whatsapp.net`;
}

/** There are no functions in this suite: thousands of documents would keep them busy for minutes. */
async function linkPastFunctions(name: string, phone: string, perMinute: number): Promise<LinkedAccount> {
  const accountId = accountIdOf('load', phone);
  const [at, id] = [FieldValue.serverTimestamp(), freshId('add')];
  const account = {
    ...newAccount({ name, phoneE164: phone, team: 'main', createdBy: 'load' }),
    limits: { ...DEFAULT_LIMITS, perMinute },
  };
  await simulator.addPhone({ phone, name });
  await adminFirestore()
    .doc(paths.accountRequest(id))
    .set({ type: 'add', accountId, status: 'routed', createdBy: 'load', createdAt: at });
  await adminFirestore()
    .doc(paths.account(accountId))
    .set({ ...account, pendingRequest: { id, type: 'add' }, createdAt: at, updatedAt: at });
  await simulator.scan(phone, await shownQr(accountId));
  await whenAccount(accountId, `${name} to be connected`, ({ status }) => status === 'connected');
  return { accountId, phone };
}

function residentMb(host: HostProcess): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(host.process.pid)], { encoding: 'utf8' })) / 1_024;
}

describe('ten thousand messages that wait for one account', () => {
  let host: HostProcess;
  let calm: LinkedAccount;
  let customer: string;

  before(async () => {
    host = await startHost({
      env: {
        // What holds the flood in its memory does not live long in this one.
        NODE_OPTIONS: `--max-old-space-size=${String(HEAP_MB)}`,
        // The emulator is slow with so many documents; whether leases hold then is not what is tried here.
        LEASE_TTL_MS: '120000',
      },
    });
    calm = await linkPastFunctions('Calm', freshPhone(), 0);
    customer = await newCustomer('Ana');
    await sendCalmly('the first one');
  });
  after(() => host.stop());

  /** Resolves when the customer's phone shows it. */
  async function sendCalmly(text: string): Promise<void> {
    const entry = {
      requestId: freshId('calm'),
      threadId: `calm-${calm.accountId}`,
      text,
      createdAtMs: Date.now(),
    };
    await writeRouted(calm.accountId, jidOf(customer), [entry]);
    await waitFor(
      () => simulator.messages(customer, calm.phone),
      (shown) => shown.some((message) => message.text === text),
      { what: `"${text}" to be shown`, timeoutMs: 60_000 },
    );
  }

  it('let the messages of another account past, and do not fill the host’s memory', async () => {
    const phone = freshPhone();
    const accountId = accountIdOf('load', phone);
    const crowd = await newCustomer('Crowd');
    const now = Date.now();
    const entries = Array.from({ length: WAITING }, (_, n) => ({
      requestId: freshId('flood'),
      threadId: `flood-${accountId}-${String(n % THREADS)}`,
      text: `${String(n)} `.padEnd(TEXT_CHARACTERS, 'x'),
      createdAtMs: now - WAITING + n,
    }));
    await writeRouted(accountId, jidOf(crowd), entries, WITH_MESSAGE);
    for (let n = 0; n < SENDS; n += 1) await sendCalmly(`before ${String(n)}`);
    const quietMb = residentMb(host);
    await linkPastFunctions('Flooded', phone, PER_MINUTE);
    await whenOutbox(entries[0]?.requestId ?? '', 'sent', 120_000);
    for (let n = 0; n < SENDS; n += 1) await sendCalmly(`during ${String(n)}`);
    const shownOfFlood = (await simulator.messages(crowd, phone)).length;
    const grownMb = residentMb(host) - quietMb;
    assert.equal(host.process.exit(), null, 'the host died');
    // None of them waited for the flood: nearly all of it still waits.
    assert.ok(shownOfFlood > 0 && shownOfFlood < WITH_MESSAGE, `${String(shownOfFlood)} of the flood were sent`);
    assert.ok(grownMb <= MAX_GROWTH_MB, `grew by ${grownMb.toFixed(0)} MB`);
    await whenOutbox(entries[3]?.requestId ?? '', 'sent', 90_000);
  });
});
