/** What arrives is not lost, whenever a host dies between decrypting a message and having it in Firestore. */
import assert from 'node:assert/strict';
import { messageSchema, type Message } from '@switchboard/contract/message';
import { paths } from '@switchboard/contract/paths';
import type { AccountSession } from '../../socket-host/src/session/types.ts';
import { threadsOf } from '../support/journey.ts';
import { makeGroup, writeToGroup } from './session-groups.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore } from '../support/stack.ts';
import { waitFor } from '../support/wait.ts';
import { endAll, LivingAccount, newCustomer, type Life } from './session-life.ts';

const JOURNAL = 'inbound';

async function storedMessages(accountId: string): Promise<Message[]> {
  const found: Message[] = [];
  for (const { threadId } of await threadsOf(accountId)) {
    const { docs } = await adminFirestore().collection(paths.messages(threadId)).get();
    found.push(...docs.map((document) => messageSchema.parse(document.data())));
  }
  return found;
}

async function whenStored(accountId: string, text: string): Promise<Message[]> {
  const isThere = (messages: Message[]) => messages.some(({ body }) => body === text);
  return waitFor(() => storedMessages(accountId), isThere, { what: `"${text}" to be stored`, timeoutMs: 60_000 });
}

/** A session whose process dies the moment a commit with a journal row is durable: whoever waits for it waits for ever. */
function dyingAtJournal(session: AccountSession, died: () => void): AccountSession {
  const set = session.set.bind(session);
  const never = new Promise<void>(() => undefined);
  session.set = async (rows) => {
    await set(rows);
    if (!rows.some(({ type }) => type === JOURNAL)) return;
    died();
    await never;
  };
  return session;
}

async function whenDecrypted(life: Life): Promise<void> {
  const rows = () => life.session()?.list(JOURNAL) ?? [];
  await waitFor(rows, (found) => found.length > 0, { what: 'a message to be decrypted', timeoutMs: 60_000 });
}

function messageEvents(life: Life): unknown[] {
  return life.events.flatMap((event) => (event.type === 'message' ? [event.message.content] : []));
}

/** Lets a host decrypt what `send` sends and die before WhatsApp hears of it. */
async function dieBeforeReceipt(account: LivingAccount, send: () => Promise<unknown>): Promise<void> {
  const died = Promise.withResolvers<null>();
  const life = await account.live({
    session: (session) =>
      dyingAtJournal(session, () => {
        died.resolve(null);
      }),
  });
  await life.open();
  await send();
  await died.promise;
  await life.die();
  assert.deepEqual(messageEvents(life), []);
}

describe('a message that a host decrypted before it died', () => {
  afterEach(endAll);

  it('and had not confirmed is there, read, with the next host, which asks nobody to repeat it', async () => {
    const account = await LivingAccount.linked();
    const customer = await newCustomer();
    const retriesBefore = Number((await simulator.stats())['retries']);
    await dieBeforeReceipt(account, () => simulator.send(customer, { to: account.phone, text: 'first contact' }));
    const next = await account.live();
    await next.open();
    await whenStored(account.accountId, 'first contact');
    // WhatsApp delivers it again, since nobody confirmed it; it must be readable again.
    await waitFor(
      () => messageEvents(next),
      (seen) => seen.length > 0,
      { what: 'the message to come again' },
    );
    assert.deepEqual(messageEvents(next), [{ kind: 'text', text: 'first contact' }]);
    await simulator.send(customer, { to: account.phone, text: 'and another' });
    const stored = await whenStored(account.accountId, 'and another');
    assert.deepEqual(stored.map(({ body }) => body).sort(), ['and another', 'first contact']);
    assert.equal(Number((await simulator.stats())['retries']), retriesBefore);
    const [thread] = await threadsOf(account.accountId);
    assert.equal(thread?.unreadCount, 2);
  });

  it('and had confirmed is stored by the next host, though WhatsApp does not deliver it again', async () => {
    const account = await LivingAccount.linked();
    const customer = await newCustomer();
    const life = await account.live({ stores: false });
    await life.open();
    await simulator.send(customer, { to: account.phone, text: 'confirmed and gone' });
    await waitFor(
      () => messageEvents(life),
      (seen) => seen.length > 0,
      { what: 'the message to be reported' },
    );
    await life.die();
    assert.deepEqual(await storedMessages(account.accountId), []);

    const next = await account.live();
    const [message] = await whenStored(account.accountId, 'confirmed and gone');
    assert.equal(message?.direction, 'inbound');
    assert.equal(message.senderName, 'Ana');
    await next.open();
    assert.deepEqual(messageEvents(next), []);
    const [thread] = await threadsOf(account.accountId);
    assert.deepEqual([thread?.unreadCount, thread?.phoneE164], [1, customer]);
  });

  it('is stored before the next host connects, even if it never can', async () => {
    const account = await LivingAccount.linked();
    const customer = await newCustomer();
    const life = await account.live({ stores: false });
    await life.open();
    await simulator.send(customer, { to: account.phone, text: 'while the network is down' });
    await whenDecrypted(life);
    await waitFor(
      () => messageEvents(life),
      (seen) => seen.length > 0,
      { what: 'the message to be reported' },
    );
    await life.die();
    await simulator.fault({ account: account.phone, kind: 'no-success', times: 1_000 });
    await account.live();
    await whenStored(account.accountId, 'while the network is down');
    await simulator.clearFaults();
  });

  it('in a group, with the key it needs, is read by the next host, and so are those after it', async () => {
    const account = await LivingAccount.linked();
    const customer = await newCustomer();
    const group = await makeGroup(customer, [account.phone]);
    // The first ciphertext of a first group message is the sender's key: the host dies with that alone.
    await dieBeforeReceipt(account, () => writeToGroup(group, customer, 'hello all'));
    const next = await account.live();
    await whenStored(account.accountId, 'hello all');
    await next.open();
    await dieBeforeReceiptOf(next, account, () => writeToGroup(group, customer, 'hello again'));
    const stored = await whenStored(account.accountId, 'hello again');
    assert.deepEqual(stored.map(({ body, kind }) => [body, kind]).sort(), [
      ['hello again', 'text'],
      ['hello all', 'text'],
    ]);
  });

  it('leaves no row in the journal once it is stored and the session was written again', async () => {
    const account = await LivingAccount.linked();
    const customer = await newCustomer();
    const life = await account.live();
    await life.open();
    for (const text of ['one', 'two', 'three']) {
      await simulator.send(customer, { to: account.phone, text });
      await whenStored(account.accountId, text);
    }
    const left = () => life.session()?.list(JOURNAL) ?? [];
    await waitFor(left, (rows) => rows.length === 0, { what: 'the journal to be empty' });
    await life.stop();
    const next = await account.live({ stores: false });
    await next.open();
    // The last one's row went with no commit, so it may still be there; those before are not.
    assert.ok((next.session()?.list(JOURNAL) ?? []).length <= 1);
  });
});

/** The running host goes, a new one dies with the message, and another one follows. */
async function dieBeforeReceiptOf(running: Life, account: LivingAccount, send: () => Promise<unknown>): Promise<void> {
  await running.stop();
  await dieBeforeReceipt(account, send);
  await (await account.live()).open();
}
