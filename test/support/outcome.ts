/**
 * What became of a stream of messages: by the documents staff see and by the phones customers hold. A fault names its message, so that
 * its whole story can be told.
 */
import { messageSchema, type Message } from '@switchboard/contract/message';
import { paths } from '@switchboard/contract/paths';
import { microsOf } from '@switchboard/contract/timestamp';
import { threadSchema, type Thread } from '@switchboard/contract/thread';
import type { Conversation, Incoming, Outgoing, Written } from './conversations.ts';
import { explainedRepeats, entryStoryOf, type EntryStory } from './repeats.ts';
import { simulator, type ShownMessage } from './simulator-client.ts';
import { adminFirestore } from './stack.ts';
import { waitFor } from './wait.ts';

/** Whatever a kill delays has arrived by then, ms; a machine that does ten things at once has thousands of messages to catch up with. */
const SETTLED_WITHIN_MS = 1_200_000;
/** What has not changed for so long will not, ms: longer than WhatsApp has to answer, and the longest pause between two tries. */
const STUCK_AFTER_MS = 75_000;
/**
 * Each look reads all there is of every account. Looking without a rest takes so much of the emulator that heartbeats are not answered
 * in time, and whoever is looked at cannot get done what is waited for.
 */
const REST = 4;

export interface Fault {
  readonly what: string;
  /** `null` when it is about a conversation as a whole. */
  readonly message: Written | null;
}

/**
 * For how many more copies of a message on the wire there is a cause that the test knows of. There are no more of them than explain
 * themselves by the message's entry either (`repeats.ts`).
 */
export type MayRepeat = (entry: EntryStory) => number;

/** Everything of one account, read at one moment. */
interface AccountView {
  readonly outbox: ReadonlyMap<string, EntryStory>;
  readonly threads: readonly { readonly thread: Thread; readonly messages: readonly Message[] }[];
  /** What the phone that owns the account shows. */
  readonly own: readonly ShownMessage[];
}

async function viewAccount({ accountId, phone }: Conversation): Promise<AccountView> {
  const db = adminFirestore();
  const [outbox, threads, own] = await Promise.all([
    db.collection('outbox').where('accountId', '==', accountId).get(),
    db.collection('threads').where('accountId', '==', accountId).get(),
    simulator.messages(phone),
  ]);
  return {
    outbox: new Map(outbox.docs.map((entry) => [entry.id, entryStoryOf(entry)])),
    threads: await Promise.all(
      threads.docs.map(async (snapshot) => {
        const { docs } = await db.collection(paths.messages(snapshot.id)).get();
        const messages = docs.map((message) => messageSchema.parse(message.data()));
        messages.sort((a, b) => microsOf(a.createdAt) - microsOf(b.createdAt));
        return { thread: threadSchema.parse(snapshot.data()), messages };
      }),
    ),
    own,
  };
}

/** How one message is shown on a phone: once and readable, and carried there no more often than it may, or what is wrong. */
function shownFaults(where: string, shown: readonly ShownMessage[], message: Outgoing, repeats: () => number): Fault[] {
  const matching = shown.filter(({ text, id }) => text === message.text || id === message.waMessageId);
  const [first] = matching;
  if (!first) return [{ what: `is not shown on ${where}`, message }];
  if (matching.length > 1) return [{ what: `is shown ${String(matching.length)} times on ${where}`, message }];
  if (first.copies === 0) return [{ what: `cannot be read on ${where}`, message }];
  // A phone shows it once however often it comes.
  const excess = first.copies === 1 ? 0 : first.copies - 1 - repeats();
  return excess > 0 ? [{ what: `came to ${where} ${String(excess)} times too often`, message }] : [];
}

interface Stored {
  readonly thread: Thread;
  readonly message: Message;
}

/** Every document of any of the account's threads that says what was written, or has its id. */
function storedOf({ threads }: AccountView, { text, waMessageId }: Written): Stored[] {
  return threads.flatMap(({ thread, messages }) =>
    messages
      .filter((message) => message.body === text || message.waMessageId === waMessageId)
      .map((message) => ({ thread, message })),
  );
}

/** Stored once, under its id, as it was written and in the thread of its customer. */
function storedFaults(stored: readonly Stored[], message: Written): Fault[] {
  const [first] = stored;
  if (!first || stored.length > 1) return [{ what: `has ${String(stored.length)} documents`, message }];
  const { waMessageId, body } = first.message;
  const isAsWritten = waMessageId === message.waMessageId && body === message.text;
  return [
    ...(isAsWritten ? [] : [{ what: `is stored as ${waMessageId} with the text "${body}"`, message }]),
    ...(first.thread.phoneE164 === message.conversation.customer
      ? []
      : [{ what: `is in the thread of ${String(first.thread.phoneE164)}`, message }]),
  ];
}

function outgoingFaults(
  view: AccountView,
  shown: readonly ShownMessage[],
  message: Outgoing,
  mayRepeat: MayRepeat,
): Fault[] {
  const entry = view.outbox.get(message.requestId);
  const status = entry?.status ?? 'missing';
  const repeats = (): number => (entry ? Math.min(explainedRepeats(entry, message.writtenUnder), mayRepeat(entry)) : 0);
  const told = storedOf(view, message);
  const own = view.own.filter(({ fromMe, to }) => fromMe && to === message.conversation.customer);
  return [
    ...(status === 'sent' ? [] : [{ what: `is "${status}" in the outbox`, message }]),
    ...storedFaults(told, message),
    ...(told[0]?.message.status === 'delivered'
      ? []
      : [{ what: `is "${told[0]?.message.status ?? 'missing'}" in its thread`, message }]),
    ...shownFaults("the customer's phone", shown, message, repeats),
    ...shownFaults("the account's own phone", own, message, repeats),
  ];
}

function incomingFaults(view: AccountView, message: Incoming): Fault[] {
  const stored = storedOf(view, message);
  const [first] = stored;
  if (!first || first.message.kind === 'text') return storedFaults(stored, message);
  return [...storedFaults(stored, message), { what: `is stored as ${first.message.kind}`, message }];
}

/** The first place where `seen` has another message than `wanted`, and the two that contend for it. */
function orderFaults(where: string, wanted: readonly Written[], seen: readonly string[]): Fault[] {
  const known = wanted.filter(({ waMessageId }) => seen.includes(waMessageId));
  const order = seen.flatMap((id) => known.find(({ waMessageId }) => waMessageId === id) ?? []);
  const at = known.findIndex((message, index) => message !== order[index]);
  const message = known[at];
  if (!message) return [];
  const around = order.slice(Math.max(0, at - 1), at + 4).map(({ text }) => text);
  return [
    { what: `has another place ${where}: ${around.join(' | ')}`, message },
    { what: `is before it ${where}`, message: order[at] ?? null },
  ];
}

function unreadFaults(thread: Thread, messages: readonly Message[]): Fault[] {
  const inbound = messages.filter(({ direction }) => direction === 'inbound').length;
  if (thread.unreadCount === inbound) return [];
  return [{ what: `${String(thread.unreadCount)} unread of ${String(inbound)} unread messages`, message: null }];
}

function conversationFaults(
  conversation: Conversation,
  view: AccountView,
  shown: readonly ShownMessage[],
  { written, mayRepeat }: { readonly written: readonly Written[]; readonly mayRepeat: MayRepeat },
): Fault[] {
  const outgoing = written.filter((message) => message.direction === 'out');
  const incoming = written.filter((message) => message.direction === 'in');
  const threads = view.threads.filter(({ thread }) => thread.phoneE164 === conversation.customer);
  const count = threads.length === 1 ? [] : [`${conversation.customer} has ${String(threads.length)} threads`];
  const unreadable = shown.filter(({ fromMe, copies }) => !fromMe && copies === 0);
  return [
    ...count.map((what) => ({ what, message: null })),
    ...outgoing.flatMap((message) => outgoingFaults(view, shown, message, mayRepeat)),
    ...incoming.flatMap((message) => incomingFaults(view, message)),
    ...unreadable.map(({ id }) => ({ what: `${id} cannot be read by ${conversation.customer}`, message: null })),
    ...orderFaults(
      "on the customer's phone",
      outgoing,
      shown.map(({ id }) => id),
    ),
    ...threads.flatMap(({ thread, messages }) => [
      ...orderFaults(
        'in its thread',
        incoming,
        messages.map(({ waMessageId }) => waMessageId),
      ),
      ...unreadFaults(thread, messages),
    ]),
  ];
}

/**
 * What is wrong at this moment: lost, doubled, unreadable, out of order, miscounted. Much of it may only be late. One account is looked
 * at after the other.
 */
async function faultsOfStream(written: readonly Written[], mayRepeat: MayRepeat): Promise<Fault[]> {
  const views = new Map<string, AccountView>();
  const faults: Fault[] = [];
  for (const conversation of new Set(written.map((message) => message.conversation))) {
    const view = views.get(conversation.accountId) ?? (await viewAccount(conversation));
    views.set(conversation.accountId, view);
    const shown = await simulator.messages(conversation.customer, conversation.phone);
    const own = written.filter((message) => message.conversation === conversation);
    faults.push(...conversationFaults(conversation, view, shown, { written: own, mayRepeat }));
  }
  return faults;
}

/**
 * Waits until nothing is wrong any more.
 *
 * @param mayRepeat for what was under way when its host ended (`claims-left.ts`).
 * @returns what still is wrong when nothing has changed for a long time.
 */
export async function lastingFaults(written: readonly Written[], mayRepeat: MayRepeat): Promise<Fault[]> {
  let faults: Fault[] = [];
  let changedAt = performance.now();
  await waitFor(
    async () => {
      const now = await faultsOfStream(written, mayRepeat);
      if (now.length !== faults.length) changedAt = performance.now();
      faults = now;
      return faults.map(({ what, message }) => `${message?.text ?? 'a conversation'} ${what}`);
    },
    () => faults.length === 0 || performance.now() - changedAt > STUCK_AFTER_MS,
    { what: 'every message to arrive', timeoutMs: SETTLED_WITHIN_MS, rest: REST },
  );
  return faults;
}
