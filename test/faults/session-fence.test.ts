/** A host whose lease has run out by its own clock, while nobody has taken the account yet: it writes nothing, though Firestore would let it. */
import assert from 'node:assert/strict';
import { INCIDENT_TYPES } from '@switchboard/contract/incident';
import { incidentIdOf } from '@switchboard/contract/ids';
import { paths } from '@switchboard/contract/paths';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore } from '../support/stack.ts';
import { waitFor } from '../support/wait.ts';
import { whenStatus } from './closes-scene.ts';
import { endAll, LivingAccount, newCustomer, type Life } from './session-life.ts';

/** The versions of everything the owner of an account writes about it. */
async function versionsOf({ accountId }: LivingAccount): Promise<unknown[]> {
  const incidents = INCIDENT_TYPES.map((type) => paths.incident(incidentIdOf(accountId, type)));
  const all = [paths.account(accountId), paths.session(accountId), paths.linking(accountId), ...incidents];
  const documents = await adminFirestore().getAll(...all.map((each) => adminFirestore().doc(each)));
  return documents.map(({ ref, updateTime }) => [ref.path, updateTime?.toMillis() ?? null]);
}

/** A host that runs the account, until its lease is taken from it without a word to it. */
async function lapsing(
  account: LivingAccount,
): Promise<{ readonly life: Life; readonly lapse: () => Promise<unknown[]> }> {
  let isHeld = true;
  const life = await account.live({ isHeld: () => isHeld });
  await life.open();
  await whenStatus(account.accountId, 'connected');
  await life.session()?.flush();
  return {
    life,
    lapse: () => {
      isHeld = false;
      return versionsOf(account);
    },
  };
}

function whenClosed(life: Life): Promise<boolean> {
  return waitFor(() => life.events.some(({ type }) => type === 'closed'), Boolean, { what: 'the connection to close' });
}

describe('a host whose lease ran out by its own clock', () => {
  afterEach(async () => {
    await simulator.clearFaults();
    await endAll();
  });

  it('writes neither a status nor an incident, and does not connect again', async () => {
    const account = await LivingAccount.linked();
    const { life, lapse } = await lapsing(account);
    const before = await lapse();
    // The number is locked: a status and an incident, were the account still ours.
    await simulator.fault({ account: account.phone, kind: 'close', code: 403 });
    await whenClosed(life);
    // Ends when all that follows from the close was done.
    await life.stop();
    assert.deepEqual(await versionsOf(account), before);
    assert.equal((await simulator.stats()).openSockets[account.phone] ?? 0, 0);
  });

  it('takes no message in, and tells WhatsApp nothing about it: the next owner reads it', async () => {
    const account = await LivingAccount.linked();
    const customer = await newCustomer();
    const { life, lapse } = await lapsing(account);
    const before = await lapse();
    const retries = (await simulator.stats())['retries'];
    await simulator.send(customer, { to: account.phone, text: 'are you there?' });
    await whenClosed(life);
    await life.stop();
    assert.deepEqual(await versionsOf(account), before);
    assert.ok(!life.events.some(({ type }) => type === 'message'));
    const next = await account.live();
    await next.open();
    const texts = () => next.events.flatMap((event) => (event.type === 'message' ? [event.message.content.kind] : []));
    await waitFor(texts, (kinds) => kinds.includes('text'), { what: 'the message to be read by the next owner' });
    assert.deepEqual(texts(), ['text']);
    assert.equal((await simulator.stats())['retries'], retries, 'the customer was asked to repeat it');
  });
});
