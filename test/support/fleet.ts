/** Steps of the tests with several hosts and several accounts: who owns what, and what customers saw in the end. */
import { accountSchema, type Account } from '@switchboard/contract/account';
import { paths } from '@switchboard/contract/paths';
import {
  linkByQr,
  messagesOf,
  newCustomer,
  sendText,
  threadsOf,
  whenInThread,
  whenOutbox,
  whenRouted,
  type LinkedAccount,
} from './journey.ts';
import { entryStoryOf, epochOf, explainedRepeats } from './repeats.ts';
import { simulator, type ShownMessage } from './simulator-client.ts';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { adminFirestore, startHost, type TestHost } from './stack.ts';
import type { Staff } from './staff.ts';
import { freshId } from './unique.ts';
import { waitFor } from './wait.ts';

const hosts: HostProcess[] = [];
const accountIds: string[] = [];

/** Starts a host that ends with the scene. @param name the start of its id; see `ownersOf`. */
export async function runHost(
  name: string,
  env: Readonly<Record<string, string>> = {},
  more: Pick<TestHost, 'socketUrl'> = {},
): Promise<HostProcess> {
  const host = await startHost({ hostId: freshId(name), env, ...more });
  hosts.push(host);
  return host;
}

/** Ends a test: its hosts and its accounts are nobody's concern any more, so that the next one finds none of them. */
export async function endScene(): Promise<void> {
  const running = hosts.splice(0).filter((host) => host.process.exit() === null);
  for (const { process: child } of running) process.kill(child.pid, 'SIGCONT');
  await Promise.all(running.map((host) => host.stop()));
  const gone = accountIds.splice(0).map((accountId) => adminFirestore().doc(paths.account(accountId)));
  await Promise.all(gone.map((account) => account.update({ status: 'deleted', desired: 'deleted' })));
}

/** An account with a customer of its own. */
export interface Shop extends LinkedAccount {
  readonly customer: string;
}

/** Links accounts, each with a customer who has written to it and got an answer. */
export async function openShops(admin: Staff, count: number): Promise<Shop[]> {
  const shops = Array.from({ length: count }, async (_, index) => {
    const name = `Shop ${String(index + 1)}`;
    const [account, customer] = await Promise.all([linkByQr(admin, name), newCustomer(`Customer of ${name}`)]);
    accountIds.push(account.accountId);
    return { ...account, customer };
  });
  return Promise.all(shops);
}

export async function accountOf({ accountId }: LinkedAccount): Promise<Account> {
  const snapshot = await adminFirestore().doc(paths.account(accountId)).get();
  return accountSchema.parse(snapshot.data());
}

/** How many of these accounts each host owns, by the name the test gave the host. */
export async function ownersOf(shops: readonly LinkedAccount[]): Promise<Record<string, number>> {
  const owners: Record<string, number> = {};
  for (const { ownerHostId } of await Promise.all(shops.map(accountOf))) {
    // A host adds a suffix of its own to its name.
    const name = ownerHostId === null ? 'nobody' : ownerHostId.slice(0, ownerHostId.lastIndexOf('-'));
    owners[name] = (owners[name] ?? 0) + 1;
  }
  return owners;
}

/** Waits until these hosts own all of the accounts, connected by their documents and by the network. */
export async function whenRunBy(shops: readonly LinkedAccount[], hostIds: readonly string[], timeoutMs = 60_000) {
  await waitFor(
    async () => {
      const [accounts, owners, { openSockets }] = [
        await Promise.all(shops.map(accountOf)),
        await ownersOf(shops),
        await simulator.stats(),
      ];
      const connected = accounts.filter(({ status }) => status === 'connected').length;
      const open = shops.filter(({ phone }) => openSockets[phone] === 1).length;
      return { owners, connected, open };
    },
    ({ owners, connected, open }) =>
      connected === shops.length &&
      open === shops.length &&
      Object.keys(owners).every((name) => hostIds.includes(name)),
    { what: `all ${String(shops.length)} accounts to be run by ${hostIds.join(' or ')}`, timeoutMs },
  );
}

/** What is written while something is broken: by staff to customers, and by customers to accounts. */
export interface Traffic {
  readonly out: readonly WrittenOut[];
  readonly in: readonly WrittenIn[];
}

interface WrittenOut {
  readonly shop: Shop;
  readonly text: string;
  readonly requestId: string;
  /** The account's epoch before it was written: how often it may come again is counted from there (`repeats.ts`). */
  readonly writtenUnder: number;
}

interface WrittenIn {
  readonly shop: Shop;
  readonly text: string;
}

/** Each account writes to its customer, and each customer to the account. */
export async function writeBothWays(staff: Staff, shops: readonly Shop[], words: string): Promise<Traffic> {
  const out = await Promise.all(
    shops.map(async (shop) => {
      // Of an account that writes to several, each has its own.
      const text = `${words}, from ${shop.phone} to ${shop.customer}`;
      const writtenUnder = await epochOf(shop.accountId);
      const { requestId } = await sendText(staff, { accountId: shop.accountId, toPhone: shop.customer }, text);
      return { shop, text, requestId, writtenUnder };
    }),
  );
  const incoming = await Promise.all(
    shops.map(async (shop) => {
      const text = `${words}, from ${shop.customer}`;
      await simulator.send(shop.customer, { to: shop.phone, text });
      return { shop, text };
    }),
  );
  return { out, in: incoming };
}

export function joined(...all: readonly Traffic[]): Traffic {
  return { out: all.flatMap((each) => each.out), in: all.flatMap((each) => each.in) };
}

/** Everything there is of a shop, read when all of its messages have arrived. */
interface ShopView {
  readonly threads: readonly { readonly phoneE164: string | null; readonly bodies: readonly (string | null)[] }[];
  readonly customerShows: readonly ShownMessage[];
  readonly ownPhoneShows: readonly ShownMessage[];
}

async function viewShop({ accountId, phone, customer }: Shop): Promise<ShopView> {
  const threads = (await threadsOf(accountId)).map(async ({ threadId, phoneE164 }) => {
    return { phoneE164, bodies: (await messagesOf(threadId)).map(({ body }) => body) };
  });
  return {
    threads: await Promise.all(threads),
    customerShows: await simulator.messages(customer),
    ownPhoneShows: await simulator.messages(phone, customer),
  };
}

/** Stored once, and in the customer's thread. */
function storedFaults({ threads }: ShopView, { customer }: Shop, text: string): string[] {
  const holders = threads.flatMap(({ phoneE164, bodies }) =>
    bodies.filter((body) => body === text).map(() => phoneE164),
  );
  if (holders.length !== 1) return [`"${text}" is stored ${String(holders.length)} times`];
  return holders[0] === customer ? [] : [`"${text}" is stored in the thread of ${String(holders[0])}`];
}

/** Shown once on both phones, and carried there no more often than is explained. */
async function carriedFaults(view: ShopView, { text, requestId, writtenUnder }: WrittenOut): Promise<string[]> {
  const entry = await adminFirestore().doc(paths.outbox(requestId)).get();
  const most = 1 + explainedRepeats(entryStoryOf(entry), writtenUnder);
  const [on, own] = [view.customerShows, view.ownPhoneShows].map((all) => all.filter((shown) => shown.text === text));
  return [on, own].flatMap((shown = [], index) => {
    const where = index === 0 ? "the customer's phone" : "the account's own phone";
    if (shown.length !== 1) return [`"${text}" is shown ${String(shown.length)} times on ${where}`];
    const copies = shown[0]?.copies ?? 0;
    return copies > most ? [`"${text}" came ${String(copies)} times to ${where}, ${String(most)} explained`] : [];
  });
}

async function shopFaults(shop: Shop, traffic: Traffic): Promise<string[]> {
  const view = await viewShop(shop);
  const out = traffic.out.filter((written) => written.shop === shop);
  const texts = [...out, ...traffic.in.filter((written) => written.shop === shop)].map(({ text }) => text);
  const unreadable = view.customerShows.filter(({ fromMe, copies }) => !fromMe && copies === 0);
  return [
    ...(await Promise.all(out.map((written) => carriedFaults(view, written)))).flat(),
    ...texts.flatMap((text) => storedFaults(view, shop, text)),
    ...(unreadable.length > 0 ? [`${shop.customer} cannot read ${String(unreadable.length)}`] : []),
  ];
}

async function whenShown(phone: string, text: string): Promise<void> {
  const isShown = (shown: readonly ShownMessage[]): boolean => shown.some((message) => message.text === text);
  await waitFor(() => simulator.messages(phone), isShown, {
    what: `"${text}" to be shown by ${phone}`,
    timeoutMs: 60_000,
  });
}

/**
 * Waits until all of it is routed, and then until all of it arrived: on the customer's phone, on the account's own, in the thread.
 *
 * @returns what is wrong: lost, doubled, unreadable, or carried more often than is explained; empty when all is well.
 */
export async function faultsOf(traffic: Traffic): Promise<string[]> {
  for (const { requestId } of traffic.out) await whenRouted(requestId);
  for (const { requestId } of traffic.out) await whenOutbox(requestId, 'sent');
  for (const { shop, text } of traffic.out) {
    for (const phone of [shop.customer, shop.phone]) await whenShown(phone, text);
  }
  for (const { shop, text } of traffic.in) await whenInThread(shop.accountId, shop.customer, text);
  const shops = new Set([...traffic.out, ...traffic.in].map(({ shop }) => shop));
  return (await Promise.all([...shops].map((shop) => shopFaults(shop, traffic)))).flat();
}
