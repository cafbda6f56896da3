/** Damage to the rows of a stored session costs what was damaged and nothing else: the link goes on, and every message can be read. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { incidentSchema } from '@switchboard/contract/incident';
import { incidentIdOf } from '@switchboard/contract/ids';
import { paths } from '@switchboard/contract/paths';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore } from '../support/stack.ts';
import { waitFor, waitForDocument } from '../support/wait.ts';
import { endAll, LivingAccount, newCustomer, type Life } from './session-life.ts';

const CUSTOMERS = 4;

function bucketsOf({ accountId }: LivingAccount) {
  return adminFirestore().collection(paths.sessionKeys(accountId));
}

function sessionOf({ accountId }: LivingAccount) {
  return adminFirestore().doc(paths.session(accountId));
}

/** Each customer writes and gets an answer: both ends of every ratchet move. */
async function talk(account: LivingAccount, life: Life, customers: readonly string[], words: string): Promise<void> {
  const socket = await life.open();
  for (const customer of customers) {
    const built = socket.buildMessage({ kind: 'text', text: `${words}, to ${customer}` });
    const id = `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;
    assert.equal((await socket.send(`${customer.slice(1)}@s.whatsapp.net`, id, built)).kind, 'acked');
    await simulator.send(customer, { to: account.phone, text: `${words}, from ${customer}` });
  }
  await waitFor(
    () => textsOf(life),
    (texts) => customers.every((customer) => texts.includes(`${words}, from ${customer}`)),
    { what: `"${words}" to be read by the account`, timeoutMs: 60_000 },
  );
  await waitFor(
    () => Promise.all(customers.map((customer) => shownTo(account, customer))),
    (shown) => shown.every((texts, index) => texts.includes(`${words}, to ${String(customers[index])}`)),
    { what: `"${words}" to be shown`, timeoutMs: 60_000 },
  );
}

function textsOf(life: Life): string[] {
  return life.events.flatMap((event) => {
    if (event.type !== 'message') return [];
    const { content } = event.message;
    return content.kind === 'text' ? [content.text] : [];
  });
}

/** The texts a customer could read. */
async function shownTo({ phone }: LivingAccount, customer: string): Promise<string[]> {
  const shown = (await simulator.messages(customer, phone)).filter(({ fromMe, copies }) => !fromMe && copies > 0);
  return shown.map(({ text }) => text ?? '');
}

/** An account that knows some customers, with every row in its bucket, then talks once more. */
async function acquainted(): Promise<{ readonly account: LivingAccount; readonly customers: readonly string[] }> {
  const account = await LivingAccount.linked();
  const customers = await Promise.all(Array.from({ length: CUSTOMERS }, () => newCustomer()));
  const life = await account.live();
  await talk(account, life, customers, 'before');
  await life.session()?.rotateDataKey();
  await life.stop();
  return { account, customers };
}

async function incidentOf({ accountId }: LivingAccount) {
  const incident = adminFirestore().doc(paths.incident(incidentIdOf(accountId, 'session_restored')));
  return waitForDocument(incident, incidentSchema, () => true, { what: 'the incident' });
}

/** The link goes on and says what it lost, once. */
async function assertGoesOn(account: LivingAccount, customers: readonly string[], damaged: RegExp): Promise<void> {
  const life = await account.live();
  await talk(account, life, customers, 'after');
  assert.match(life.session()?.lost?.damaged ?? '', damaged);
  assert.ok(!life.events.some(({ type }) => type === 'qr'), 'it asks for a new link');
  assert.match(String((await incidentOf(account)).details['damaged']), damaged);
  await life.stop();
  const next = await account.live();
  await talk(account, next, customers, 'later');
  assert.equal(next.session()?.lost, null);
  assert.equal((await incidentOf(account)).count, 1);
  await next.stop();
}

describe('a session of which a part is damaged', function () {
  this.timeout(240_000);
  afterEach(endAll);

  it('a bucket of ratchets goes on with the others, and sets those up anew', async () => {
    const { account, customers } = await acquainted();
    const { docs } = await bucketsOf(account).get();
    const [first, ...rest] = docs.filter(({ id }) => /^session-\d+$/.test(id));
    assert.ok(first && rest.length > 0);
    await first.ref.update({ bytes: randomBytes(500) });
    await assertGoesOn(account, customers, new RegExp(`^${first.id}$`));
  });

  it('a bucket of which a document is no document goes on without it', async () => {
    const { account, customers } = await acquainted();
    await bucketsOf(account).doc('lid-mapping-0').set({ note: 'written by hand' });
    await bucketsOf(account).doc('pre-key-1').update({ parts: 2 });
    await assertGoesOn(account, customers, /^lid-mapping-0, pre-key-1$/);
  });

  it('the newest rows never goes on with older ratchets: no message is lost on a key that was used before', async () => {
    const { account, customers } = await acquainted();
    const life = await account.live();
    // The buckets have these ratchets as they were before.
    await talk(account, life, customers, 'once more');
    await life.stop();
    assert.ok((await sessionOf(account).get()).get('recent'));
    await sessionOf(account).update({ recent: randomBytes(500) });
    const unread = async () => {
      const shown = await Promise.all(customers.map((customer) => simulator.messages(customer, account.phone)));
      return shown.flat().filter(({ fromMe, undecryptable }) => !fromMe && undecryptable > 0).length;
    };
    await assertGoesOn(account, customers, /^recent$/);
    assert.equal(await unread(), 0);
  });
});
