/** A link outlives damage to what is stored of it, keys that do not fit and a database that does not answer. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { incidentIdOf } from '@switchboard/contract/ids';
import { paths } from '@switchboard/contract/paths';
import { localKek } from '../../socket-host/src/session/kek.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore } from '../support/stack.ts';
import { waitFor } from '../support/wait.ts';
import { refusingFirestore } from './session-firestore.ts';
import { storedSession } from './session-kept.ts';
import { endAll, LivingAccount, newCustomer, type Life } from './session-life.ts';
import { lossyFirestore } from './session-lost-answers.ts';

/** How often the client of Firestore asks before it says that it got no answer. */
const LOOKS = 5;

function sessionOf({ accountId }: LivingAccount) {
  return adminFirestore().doc(paths.session(accountId));
}

type Fields = Readonly<Record<string, unknown>>;

async function incidentOf({ accountId }: LivingAccount, type: string): Promise<Fields | undefined> {
  return (
    await adminFirestore()
      .doc(paths.incident(incidentIdOf(accountId, type)))
      .get()
  ).data();
}

async function whenIncident(account: LivingAccount, type: string): Promise<Fields> {
  const isThere = (fields: Fields | undefined) => fields !== undefined;
  const fields = await waitFor(() => incidentOf(account, type), isThere, { what: `incident ${type}` });
  return fields ?? {};
}

/** Waits until loading was tried in vain, more than once: nothing came of it, and nothing was asked of anybody. */
async function whenLoadFailed(life: Life): Promise<void> {
  await waitFor(
    () => life.loadFailures(),
    (count) => count >= 2,
    { what: 'loading to fail twice', timeoutMs: 60_000 },
  );
  assert.equal(life.session(), null);
  assert.deepEqual(life.events, []);
}

/** Whether messages still go both ways on the link. */
async function assertWorks(account: LivingAccount, life: Life): Promise<void> {
  const socket = await life.open();
  const customer = await newCustomer();
  const built = socket.buildMessage({ kind: 'text', text: 'still here' });
  const jid = `${customer.slice(1)}@s.whatsapp.net`;
  assert.equal((await socket.send(jid, `3EB0${randomBytes(9).toString('hex').toUpperCase()}`, built)).kind, 'acked');
  await simulator.send(customer, { to: account.phone, text: 'so am I' });
  const texts = () => life.events.flatMap((event) => (event.type === 'message' ? [event.message.content] : []));
  const hasText = (contents: ReturnType<typeof texts>) => contents.some((content) => content.kind === 'text');
  await waitFor(texts, hasText, { what: 'the answer to arrive' });
  const [shown] = await simulator.messages(customer, account.phone);
  assert.deepEqual([shown?.text, shown?.undecryptable], ['still here', 0]);
}

const asked = (life: Life) => life.events.some((event) => event.type === 'qr');

describe('a session', () => {
  afterEach(endAll);

  it('whose newest credentials are damaged goes on with the snapshot before, and says so', async () => {
    const account = await LivingAccount.linked();
    const damaged = randomBytes(2_000);
    await sessionOf(account).update({ creds: damaged });
    const life = await account.live();
    await assertWorks(account, life);
    assert.equal(asked(life), false);
    const incident = await whenIncident(account, 'session_restored');
    assert.match(JSON.stringify(incident), /do not decrypt/);
    const kept = await sessionOf(account).collection('backups').doc('damaged').get();
    assert.deepEqual(Buffer.from(kept.get('creds') as Uint8Array), damaged);
    await life.stop();
    const next = await account.live();
    await next.open();
    assert.equal(next.session()?.restored, null);
  });

  it('whose newest credentials are readable nonsense goes on with the snapshot before', async () => {
    const account = await LivingAccount.linked();
    const life = await account.live();
    await life.open();
    const good: unknown = JSON.parse(life.session()?.creds ?? 'null');
    const key = { public: { type: 'Buffer', data: randomBytes(32).toString('base64') } };
    const broken = { ...(good as Record<string, unknown>) };
    broken['signedIdentityKey'] = { ...(broken['signedIdentityKey'] as object), ...key };
    // The connection is over by then: it saves good ones whenever WhatsApp tells it something.
    await life.stop();
    await life.session()?.saveCreds(JSON.stringify(broken));
    const next = await account.live();
    await assertWorks(account, next);
    assert.match(JSON.stringify(await whenIncident(account, 'session_restored')), /identity key is no pair/);
  });

  it('with no good snapshot says that it cannot be read, and keeps what there is', async () => {
    const account = await LivingAccount.linked();
    await sessionOf(account).update({ creds: randomBytes(2_000) });
    const { docs } = await sessionOf(account).collection('backups').get();
    for (const backup of docs) await backup.ref.update({ creds: randomBytes(2_000) });
    const before = await storedSession(account);
    const life = await account.live();
    assert.match(JSON.stringify(await whenIncident(account, 'session_unreadable')), /no snapshot of them is good/);
    await life.stop();
    assert.deepEqual(await storedSession(account), before);
    assert.deepEqual(life.events, []);
  });

  it('met with a wrong key-encryption key says which is needed, and nothing is destroyed', async () => {
    const account = await LivingAccount.linked();
    const before = await storedSession(account);
    const wrong = localKek(randomBytes(32));
    const life = await account.live({ kek: wrong });
    const incident = JSON.stringify(await whenIncident(account, 'session_unreadable'));
    assert.ok(incident.includes(account.kek.kid) && incident.includes(wrong.kid), incident);
    await life.stop();
    assert.deepEqual(life.events, []);
    assert.deepEqual(await storedSession(account), before);
    const next = await account.live();
    await assertWorks(account, next);
    assert.equal(asked(next), false);
  });

  it('that Firestore does not give is waited for, never taken for none', async () => {
    const account = await LivingAccount.linked();
    const before = await storedSession(account);
    const refusing = await refusingFirestore();
    let isHealed = false;
    const life = await account.live({ sessionDb: () => (isHealed ? adminFirestore() : refusing.db) });
    await whenLoadFailed(life);
    assert.deepEqual(await storedSession(account), before);
    isHealed = true;
    await refusing.close();
    await assertWorks(account, life);
    assert.equal(asked(life), false);
  });

  it('of which Firestore gives everything but the keys is waited for, and goes on with all of them', async () => {
    const account = await LivingAccount.linked();
    const before = await storedSession(account);
    const answers = { isWhole: false };
    // Of all a session is read by, the keys alone are a query.
    const lossy = await lossyFirestore((method) =>
      method === 'RunQuery' && !answers.isWhole ? 'refused' : 'answered',
    );
    const life = await account.live({ sessionDb: () => lossy.db });
    await whenLoadFailed(life);
    assert.deepEqual(await storedSession(account), before);
    answers.isWhole = true;
    await assertWorks(account, life);
    assert.deepEqual([asked(life), life.session()?.lost], [false, null]);
    await life.stop();
    await lossy.close();
  });

  it('of which Firestore does not give the snapshots, when they are needed, is not taken for lost', async () => {
    const account = await LivingAccount.linked();
    await sessionOf(account).update({ creds: randomBytes(2_000) });
    const before = await storedSession(account);
    const answers = { isWhole: false, refusals: 0 };
    // The session itself is read, then claimed by a write; what is read like it after that are the snapshots.
    const lossy = await lossyFirestore((method) => {
      if (method === 'Commit') answers.refusals = LOOKS;
      if (method !== 'BatchGetDocuments' || answers.isWhole || answers.refusals === 0) return 'answered';
      answers.refusals -= 1;
      return 'refused';
    });
    const life = await account.live({ sessionDb: () => lossy.db });
    await whenLoadFailed(life);
    assert.deepEqual(await storedSession(account), before);
    assert.equal(await incidentOf(account, 'session_unreadable'), undefined);
    answers.isWhole = true;
    await assertWorks(account, life);
    assert.equal(asked(life), false);
    assert.match(life.session()?.restored?.fault ?? '', /do not decrypt/);
    await life.stop();
    await lossy.close();
  });
});
