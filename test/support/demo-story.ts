/** The story `npm run demo` tells, in the steps the journeys are made of. */
import type { HostProcess } from '../../scripts/lib/host.ts';
import {
  accountOfRequest,
  askAccount,
  newCustomer,
  sendText,
  shownQr,
  threadsOf,
  messagesOf,
  whenAccount,
  whenInThread,
  whenMessage,
  whenOutbox,
  type LinkedAccount,
  type Sent,
} from './journey.ts';
import { simulator, type ShownMessage } from './simulator-client.ts';
import { startHost } from './stack.ts';
import { signInAs, type Staff } from './staff.ts';
import { freshPhone } from './unique.ts';
import { waitFor } from './wait.ts';

type Tell = (line: string) => void;

interface Customer {
  readonly name: string;
  readonly phone: string;
}

interface Cast {
  readonly admin: Staff;
  readonly agent: Staff;
  readonly bakery: LinkedAccount;
  readonly garage: LinkedAccount;
  readonly ana: Customer;
  readonly dan: Customer;
}

/** How many messages each account has on its way when the host is killed. */
const BURST = 10;

async function link(tell: Tell, admin: Staff, name: string): Promise<LinkedAccount> {
  const phone = freshPhone();
  await simulator.addPhone({ phone, name });
  const accountId = await accountOfRequest(await askAccount(admin, { type: 'add', name, phone }));
  tell(`${name}: an admin wrote a document to add ${phone}; it was accepted`);
  const qr = await shownQr(accountId);
  tell(`${name}: its QR code is shown`);
  await simulator.scan(phone, qr);
  await whenAccount(accountId, `${name} to be connected`, ({ status }) => status === 'connected');
  tell(`${name}: the phone scanned it, the account is connected`);
  return { accountId, phone };
}

async function customer(name: string): Promise<Customer> {
  return { name, phone: await newCustomer(name) };
}

async function talk(tell: Tell, { agent, bakery, garage, ana, dan }: Cast): Promise<void> {
  for (const [shop, name, to] of [
    [bakery, 'Bakery', ana],
    [garage, 'Garage', dan],
  ] as const) {
    const sent = await sendText(
      agent,
      { accountId: shop.accountId, toPhone: to.phone },
      `Hello ${to.name}, ${name} here`,
    );
    await whenMessage(shop.accountId, sent, 'delivered');
    tell(`${name} → ${to.name}: "Hello ${to.name}, ${name} here" ✓✓ delivered`);
    await simulator.read(to.phone, shop.phone);
    await whenMessage(shop.accountId, sent, 'read');
    tell(`${name} → ${to.name}: read (blue)`);
    await simulator.send(to.phone, { to: shop.phone, text: `Hi ${name}!` });
    await whenInThread(shop.accountId, to.phone, `Hi ${name}!`);
    tell(`${name} ← ${to.name}: "Hi ${name}!" is in the thread`);
  }
}

const burstTexts = Array.from({ length: BURST }, (_, index) => `part ${String(index + 1)} of ${String(BURST)}`);

/** Writes a burst for both accounts and kills the host once some of it, not all, is on the wire. */
async function killInMidSend(tell: Tell, cast: Cast, host: HostProcess): Promise<Sent[]> {
  const { agent, bakery, garage, ana, dan } = cast;
  const entries: Sent[] = [];
  for (const text of burstTexts) {
    entries.push(await sendText(agent, { accountId: bakery.accountId, toPhone: ana.phone }, text));
    entries.push(await sendText(agent, { accountId: garage.accountId, toPhone: dan.phone }, text));
  }
  tell(`an agent wrote ${String(entries.length)} messages`);
  await waitFor(
    async () => (await simulator.messages(ana.phone)).filter(({ text }) => text?.startsWith('part ') === true).length,
    (arrived) => arrived >= 2,
    { what: 'the first of the burst to arrive', timeoutMs: 60_000 },
  );
  await host.kill();
  const arrived = (await simulator.messages(ana.phone)).filter(({ text }) => text?.startsWith('part ') === true).length;
  tell(`the host was killed (SIGKILL); ${String(arrived)} of ${String(BURST)} had reached Ana`);
  return entries;
}

/** What is wrong with what a phone shows of the burst; empty when all is well. */
function faultsOf(name: string, shown: readonly ShownMessage[]): string[] {
  const burst = shown.filter(({ fromMe, text }) => !fromMe && text?.startsWith('part ') === true);
  const texts = burst.map(({ text }) => text);
  const faults = [];
  if (texts.length !== BURST) faults.push(`${name} sees ${String(texts.length)} of ${String(BURST)} messages`);
  if (new Set(texts).size !== texts.length) faults.push(`${name} sees a message twice`);
  if (texts.join() !== burstTexts.join()) faults.push(`${name} sees them in another order: ${texts.join(', ')}`);
  const unreadable = shown.filter(({ copies }) => copies === 0);
  if (unreadable.length > 0) faults.push(`${name} cannot read ${String(unreadable.length)} of them`);
  return faults;
}

async function storedOnce(shop: LinkedAccount, text: string): Promise<boolean> {
  const threads = await threadsOf(shop.accountId);
  const messages = (await Promise.all(threads.map(({ threadId }) => messagesOf(threadId)))).flat();
  return messages.filter(({ body }) => body === text).length === 1;
}

/** @returns whether everything arrived, once and in order. */
export async function tellStory(tell: Tell): Promise<boolean> {
  const first = await startHost({ hostId: 'host-1' });
  tell('host-1 is ready');
  const [admin, agent] = [await signInAs('admin'), await signInAs('agent')];
  const cast: Cast = {
    admin,
    agent,
    bakery: await link(tell, admin, 'Bakery'),
    garage: await link(tell, admin, 'Garage'),
    ana: await customer('Ana'),
    dan: await customer('Dan'),
  };
  await talk(tell, cast);
  const entries = await killInMidSend(tell, cast, first);
  await simulator.send(cast.ana.phone, { to: cast.bakery.phone, text: 'Is anybody there?' });
  tell('Ana writes to the Bakery while no host runs');
  await startHost({ hostId: 'host-2' });
  tell('host-2 is ready; it takes the accounts once the leases of host-1 have run out');
  for (const { accountId } of [cast.bakery, cast.garage]) {
    await whenAccount(
      accountId,
      'the account to be taken over',
      ({ ownerHostId, status }) => ownerHostId?.startsWith('host-2') === true && status === 'connected',
    );
  }
  tell('both accounts are connected again, without a new QR code');
  for (const { requestId } of entries) await whenOutbox(requestId, 'sent', 120_000);
  tell(`all ${String(entries.length)} messages are sent`);
  await whenInThread(cast.bakery.accountId, cast.ana.phone, 'Is anybody there?');
  const isStoredOnce = await storedOnce(cast.bakery, 'Is anybody there?');
  tell(`Ana's message is in the thread ${isStoredOnce ? 'once' : 'more than once'}`);
  const faults = [
    ...faultsOf('Ana', await simulator.messages(cast.ana.phone)),
    ...faultsOf('Dan', await simulator.messages(cast.dan.phone)),
  ];
  tell(faults.length === 0 ? 'Ana and Dan saw every message once, in order' : faults.join('; '));
  return faults.length === 0 && isStoredOnce;
}
