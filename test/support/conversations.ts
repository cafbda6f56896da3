/**
 * A stream of messages both ways between accounts and their customers, written whatever happens to the hosts meanwhile, and a
 * record of every message that was accepted. What became of them is `outcome.ts`.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { newCustomer, sendText, type LinkedAccount, type Sent } from './journey.ts';
import { epochOf } from './repeats.ts';
import type { Seeded } from './seeded.ts';
import { simulator } from './simulator-client.ts';
import type { Staff } from './staff.ts';

export interface Conversation extends LinkedAccount {
  /** The customer's phone. */
  readonly customer: string;
}

/** Staff to customer, accepted: its outbox document was written. */
export interface Outgoing extends Sent {
  readonly direction: 'out';
  readonly conversation: Conversation;
  readonly text: string;
  /** The account's epoch before it was written; see `repeats.ts`. */
  readonly writtenUnder: number;
}

/** Customer to account, accepted: the network has it. */
export interface Incoming {
  readonly direction: 'in';
  readonly conversation: Conversation;
  readonly text: string;
  readonly waMessageId: string;
}

/** Everything accepted, of each conversation and direction in the order it was written. */
export type Written = Outgoing | Incoming;

export interface Stream {
  readonly written: readonly Written[];
  /** Resolves when one more customer message was accepted. */
  nextIncoming(): Promise<void>;
  /** Writes no more, and returns when the last one is accepted. */
  stop(): Promise<void>;
}

/** Gives each account customers of its own. */
export async function converse(accounts: readonly LinkedAccount[], customersEach: number): Promise<Conversation[]> {
  const all = accounts.flatMap((account) => Array.from({ length: customersEach }, () => account));
  return Promise.all(
    all.map(async (account, index) => ({ ...account, customer: await newCustomer(`Customer ${String(index + 1)}`) })),
  );
}

export interface Pace {
  readonly random: Seeded;
  /** Between two messages of one direction of one conversation on average, ms. */
  readonly everyMs: number;
}

const running = new Set<() => void>();

/** @param words tell this stream's messages from those of others. */
export function startStream(
  staff: Staff,
  conversations: readonly Conversation[],
  words: string,
  { random, everyMs }: Pace,
): Stream {
  const written: Written[] = [];
  const waiting = new Set<() => void>();
  let isStopped = false;
  const keepWriting = async (who: string, write: (text: string) => Promise<void>): Promise<void> => {
    for (let n = 1; !isStopped; n += 1) {
      await delay(random.between(0, 2 * everyMs));
      await write(`${words}, ${who}, ${String(n)}`);
    }
  };
  const out = (conversation: Conversation) => async (text: string) => {
    const { accountId, customer } = conversation;
    const writtenUnder = await epochOf(accountId);
    const sent = await sendText(staff, { accountId, toPhone: customer }, text);
    written.push({ direction: 'out', conversation, text, writtenUnder, ...sent });
  };
  const incoming = (conversation: Conversation) => async (text: string) => {
    const waMessageId = await simulator.send(conversation.customer, { to: conversation.phone, text });
    written.push({ direction: 'in', conversation, text, waMessageId });
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  const writers = conversations.flatMap((conversation) => [
    keepWriting(`to ${conversation.customer}`, out(conversation)),
    keepWriting(`from ${conversation.customer}`, incoming(conversation)),
  ]);
  const end = (): void => {
    isStopped = true;
  };
  running.add(end);
  const done = Promise.all(writers);
  // Told to whoever stops the stream.
  done.catch(() => undefined);
  return {
    written,
    nextIncoming: () => new Promise((resolve) => waiting.add(resolve)),
    stop: async () => {
      end();
      running.delete(end);
      await done;
    },
  };
}

/** Ends what a test that failed left running, so that the next one does not fail for it. */
export function endStreams(): void {
  for (const end of running) end();
  running.clear();
}
