/**
 * What a message costs in Firestore: documents written and read for it, by functions and host together, session state included. What a
 * host does by the clock whether or not anybody writes (heartbeats, looks into empty boxes) is no message's cost.
 */
import { objectIn } from '../scripts/lib/json.ts';
import {
  linkByQr,
  newCustomer,
  sendText,
  whenInThread,
  whenMessage,
  whenOutbox,
  type LinkedAccount,
} from '../test/support/journey.ts';
import { between, type Counts } from '../test/support/operation-counts.ts';
import { simulator } from '../test/support/simulator-client.ts';
import { startHost } from '../test/support/stack.ts';
import { signInAs, type Staff } from '../test/support/staff.ts';
import { waitFor } from '../test/support/wait.ts';
import { bounded, medianOf, type Bench } from './bench.ts';

/** Messages are counted by the batch and the median batch counts, so that a snapshot of the credentials is no message's cost. */
const BATCHES = 5;
const BATCH = 8;
export const GOALS = {
  outboundWrites: 9,
  outboundReads: 7,
  /** When the customer reads with the chat open: what was delivered and read is told in one write. */
  readAtOnceWrites: 8,
  inboundWrites: 4,
  inboundReads: 2,
} as const;
/** Operations of these are made by the clock. */
const BY_THE_CLOCK: ReadonlySet<string> = new Set(['hosts', 'idle']);
/** The client's own create, which no server makes. */
const CLIENT_CREATE = 1;

interface Cost {
  readonly writes: number;
  readonly reads: number;
  /** Per message, by `kind collection`. */
  readonly parts: Counts;
}

/** What one message costs. */
export type MessageCost = Pick<Cost, 'writes' | 'reads'>;

function told(variable: 'COUNTED_FIRESTORE' | 'OPERATION_COUNTS_URL'): string {
  const value = process.env[variable];
  if (value === undefined) throw new Error(`${variable} is not set: run this by the test runner or the bench`);
  return value;
}

async function counts(): Promise<Counts> {
  const answer: unknown = await (await fetch(told('OPERATION_COUNTS_URL'))).json();
  // Numbers by name: the proxy's own promise.
  return objectIn(answer, 'the counts') as Counts;
}

/** Waits until nothing comes any more: some writes follow a message after its last status. */
async function settled(): Promise<Counts> {
  let before = await counts();
  let stillSince = performance.now();
  return waitFor(
    async () => {
      const now = await counts();
      const isStill = Object.keys(between(before, now)).every((key) => BY_THE_CLOCK.has(key.split(' ')[1] ?? ''));
      if (!isStill) stillSince = performance.now();
      before = now;
      return now;
    },
    () => performance.now() - stillSince > 2_000,
    { what: 'Firestore to be left in peace', timeoutMs: 60_000 },
  );
}

/** @param own what each message costs that no server sees. */
function costOf(made: Counts, own: number): Cost {
  const counted = Object.entries(made).filter(([key]) => !BY_THE_CLOCK.has(key.split(' ')[1] ?? ''));
  const sum = (kind: string): number =>
    counted.filter(([key]) => key.startsWith(kind)).reduce((total, [, count]) => total + count, 0) / BATCH;
  const parts = Object.fromEntries(counted.map(([key, count]) => [key, Math.round((count / BATCH) * 100) / 100]));
  return { writes: sum('write') + own, reads: sum('read'), parts };
}

async function costsOf(own: number, each: (n: number) => Promise<void>): Promise<Cost[]> {
  const costs: Cost[] = [];
  let before = await settled();
  for (let batch = 0; batch < BATCHES; batch += 1) {
    for (let n = 0; n < BATCH; n += 1) await each(batch * BATCH + n);
    const after = await settled();
    costs.push(costOf(between(before, after), own));
    before = after;
  }
  return costs;
}

interface Scene {
  readonly staff: Staff;
  readonly shop: LinkedAccount;
  readonly customer: string;
}

/** One message from the client's create to `read`: the customer reads when staff have seen that they have it. */
async function sendAndBeRead({ staff, shop, customer }: Scene, text: string): Promise<void> {
  const sent = await sendText(staff, { accountId: shop.accountId, toPhone: customer }, text);
  await whenMessage(shop.accountId, sent, 'delivered');
  await whenOutbox(sent.requestId, 'sent');
  await simulator.read(customer, shop.phone);
  await whenMessage(shop.accountId, sent, 'read');
}

/** The same with the chat open: the customer reads what their phone shows at once. */
async function sendAndBeReadAtOnce({ staff, shop, customer }: Scene, text: string): Promise<void> {
  const sent = await sendText(staff, { accountId: shop.accountId, toPhone: customer }, text);
  await waitFor(
    () => simulator.messages(customer, shop.phone),
    (shown) => shown.some(({ id }) => id === sent.waMessageId),
    { what: `"${text}" to be shown` },
  );
  await simulator.read(customer, shop.phone);
  await whenMessage(shop.accountId, sent, 'read');
  await whenOutbox(sent.requestId, 'sent');
}

async function receive({ shop, customer }: Scene, text: string): Promise<void> {
  await simulator.send(customer, { to: shop.phone, text });
  await whenInThread(shop.accountId, customer, text);
}

export interface Costs {
  readonly outbound: MessageCost;
  readonly readAtOnce: MessageCost;
  readonly inbound: MessageCost;
}

/** Measures both directions between an account and a customer who know each other. */
export async function measureOperations(say: (line: string) => void): Promise<Costs> {
  const staff = await signInAs('admin');
  const host = await startHost({ env: { FIRESTORE_EMULATOR_HOST: told('COUNTED_FIRESTORE') } });
  const shop = await linkByQr(staff, 'Counted');
  const scene = { staff, shop, customer: await newCustomer('Counting') };
  await receive(scene, 'hello');
  await sendAndBeRead(scene, 'hello to you');
  const measured = async (what: string, own: number, send: typeof receive): Promise<MessageCost> => {
    const costs = await costsOf(own, (n) => send(scene, `${what} ${String(n)}`));
    for (const cost of costs) say(`${what}, per message: ${JSON.stringify(cost)}`);
    return { writes: medianOf(costs.map(({ writes }) => writes)), reads: medianOf(costs.map(({ reads }) => reads)) };
  };
  const outbound = await measured('outbound', CLIENT_CREATE, sendAndBeRead);
  const readAtOnce = await measured('read at once', CLIENT_CREATE, sendAndBeReadAtOnce);
  const inbound = await measured('inbound', 0, receive);
  await host.stop();
  return { outbound, readAtOnce, inbound };
}

export const operations: Bench = {
  name: 'operations',
  run: async (say) => {
    const { outbound, readAtOnce, inbound } = await measureOperations(say);
    return [
      bounded('outbound-writes', 'count', outbound.writes, GOALS.outboundWrites),
      bounded('outbound-reads', 'count', outbound.reads, GOALS.outboundReads),
      bounded('outbound-writes-read-at-once', 'count', readAtOnce.writes, GOALS.readAtOnceWrites),
      bounded('inbound-writes', 'count', inbound.writes, GOALS.inboundWrites),
      bounded('inbound-reads', 'count', inbound.reads, GOALS.inboundReads),
    ];
  },
};
