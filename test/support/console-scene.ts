/** What tests of the console work on: a host, a linked number, and customers who write to it. Made once for all of them. */
import type { Role } from '@switchboard/contract/user';
import { linkByQr, newCustomer, threadsOf, type LinkedAccount } from './journey.ts';
import { simulator } from './simulator-client.ts';
import { startHost } from './stack.ts';
import { signInAs, type Staff } from './staff.ts';
import { freshId } from './unique.ts';
import { waitFor } from './wait.ts';

/** What the number is called that every test may use. */
export const SHOP_NAME = 'Bakery';

let host: Promise<unknown> | null = null;
let shop: Promise<LinkedAccount> | null = null;
const staff = new Map<Role, Promise<Staff>>();

/** Staff beside the browser: to prepare a scene, and to see what the rules let them. */
export function colleague(role: Role): Promise<Staff> {
  const known = staff.get(role) ?? signInAs(role);
  staff.set(role, known);
  return known;
}

export async function runningHost(): Promise<void> {
  host ??= startHost({ hostId: 'console-host' });
  await host;
}

async function linkShop(): Promise<LinkedAccount> {
  await runningHost();
  return linkByQr(await colleague('admin'), SHOP_NAME);
}

export function linkedShop(): Promise<LinkedAccount> {
  shop ??= linkShop();
  return shop;
}

export interface Visitor {
  /** As the console shows it; nobody else is called so. */
  readonly name: string;
  /** E.164. */
  readonly phone: string;
  readonly threadId: string;
  /** WhatsApp's id of what they wrote. */
  readonly messageId: string;
}

/** A customer who has just written to the shop. */
export async function newVisitor(firstName: string, text: string): Promise<Visitor> {
  const { accountId, phone: to } = await linkedShop();
  const name = freshId(firstName);
  const phone = await newCustomer(name);
  const messageId = await simulator.send(phone, { to, text });
  const threadId = await waitFor(
    async () => (await threadsOf(accountId)).find(({ phoneE164 }) => phoneE164 === phone)?.threadId ?? '',
    (id) => id !== '',
    { what: `${name} to have a thread`, timeoutMs: 60_000 },
  );
  return { name, phone, threadId, messageId };
}
