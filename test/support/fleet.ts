/** Steps of the tests with several hosts and several accounts: who owns what, and what customers saw in the end. */
import { accountSchema, type Account } from '@switchboard/contract/account';
import { paths } from '@switchboard/contract/paths';
import {
  linkByQr,
  messagesOf,
  newCustomer,
  sendText,
  threadsOf,
  whenOutbox,
  whenRouted,
  type LinkedAccount,
} from './journey.ts';
import { simulator } from './simulator-client.ts';
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
  readonly out: readonly { readonly shop: Shop; readonly text: string; readonly requestId: string }[];
  readonly in: readonly { readonly shop: Shop; readonly text: string }[];
}

/** Each account writes to its customer, and each customer to the account. */
export async function writeBothWays(staff: Staff, shops: readonly Shop[], words: string): Promise<Traffic> {
  const out = await Promise.all(
    shops.map(async (shop) => {
      const text = `${words}, from ${shop.phone}`;
      const { requestId } = await sendText(staff, { accountId: shop.accountId, toPhone: shop.customer }, text);
      return { shop, text, requestId };
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

async function timesStored({ accountId }: Shop, text: string): Promise<number> {
  const threads = await threadsOf(accountId);
  const messages = (await Promise.all(threads.map(({ threadId }) => messagesOf(threadId)))).flat();
  return messages.filter(({ body }) => body === text).length;
}

/**
 * Waits until all of it is routed, and then until all of it arrived.
 *
 * @param timeoutMs of each wait after the routing.
 * @returns what is wrong: lost, doubled or unreadable; empty when all is well.
 */
export async function faultsOf(traffic: Traffic, timeoutMs = 60_000): Promise<string[]> {
  const faults: string[] = [];
  for (const { requestId } of traffic.out) await whenRouted(requestId);
  for (const { requestId } of traffic.out) await whenOutbox(requestId, 'sent', timeoutMs);
  for (const { shop, text } of traffic.out) {
    const shown = await waitFor(
      async () => (await simulator.messages(shop.customer)).filter((message) => message.text === text),
      (messages) => messages.length > 0,
      { what: `"${text}" to be shown`, timeoutMs },
    );
    if (shown.length > 1) faults.push(`"${text}" is shown ${String(shown.length)} times`);
  }
  for (const { shop } of traffic.out) {
    const unreadable = (await simulator.messages(shop.customer)).filter(
      ({ fromMe, copies }) => !fromMe && copies === 0,
    );
    if (unreadable.length > 0) faults.push(`${shop.customer} cannot read ${String(unreadable.length)}`);
  }
  for (const { shop, text } of traffic.in) {
    const times = await waitFor(
      () => timesStored(shop, text),
      (count) => count > 0,
      { what: `"${text}" to be stored`, timeoutMs },
    );
    if (times > 1) faults.push(`"${text}" is stored ${String(times)} times`);
  }
  return faults;
}
