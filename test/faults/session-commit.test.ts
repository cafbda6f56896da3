/** A commit of a session of which nobody knows whether it landed: it counts once it is found, and nothing is ever built on a guess. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { paths } from '@switchboard/contract/paths';
import { systemClock, type Clock } from '../../socket-host/src/clock.ts';
import { localKek } from '../../socket-host/src/session/kek.ts';
import { loadSession } from '../../socket-host/src/session/load-session.ts';
import { FencedError, type AccountSession } from '../../socket-host/src/session/types.ts';
import { createLogger } from '../../socket-host/src/telemetry/logger.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore } from '../support/stack.ts';
import { freshId } from '../support/unique.ts';
import { waitFor } from '../support/wait.ts';
import { endAll, LivingAccount, newCustomer } from './session-life.ts';
import { lossyFirestore, type Fate, type LossyFirestore } from './session-lost-answers.ts';

const kek = localKek(randomBytes(32));
const logger = createLogger('silent', 'commit');
/** Waits between two tries are over at once. */
const hasty: Clock = { ...systemClock, after: (_delayMs, task) => systemClock.after(0, task) };

/** How often the client of Firestore asks before it says that it got no answer. */
const LOOKS = 5;

const rowOf = (id: string) => ({ type: 'session', id, value: `the ratchet of ${id}` });

/** The fate of calls, by their method; all that are not named are answered. */
type Fates = Readonly<Record<string, () => Fate>>;

class OpenedSession {
  readonly accountId = freshId('account_commit');
  /** How often its user was told to stop. */
  stops = 0;
  #epoch = 0;
  #fates: Fates = {};
  #lossy: LossyFirestore | null = null;

  meet(fates: Fates): void {
    this.#fates = fates;
  }

  async openLossy(onOver: () => void = () => undefined): Promise<AccountSession> {
    this.#lossy ??= await lossyFirestore((method) => this.#fates[method]?.() ?? 'answered');
    return this.open(this.#lossy.db, onOver);
  }

  open(db = adminFirestore(), onOver: () => void = () => undefined): Promise<AccountSession> {
    this.#epoch += 1;
    return loadSession({ db, kek, clock: hasty, logger, isHeld: () => true }, this.accountId, this.#epoch, () => {
      this.stops += 1;
      onOver();
    });
  }

  async commits(): Promise<number> {
    return Number((await adminFirestore().doc(paths.session(this.accountId)).get()).get('sequence'));
  }

  async close(): Promise<void> {
    await this.#lossy?.close();
  }
}

/** The first so many meet this fate, all others another. */
function first(count: number, fate: Fate, then: Fate = 'answered'): () => Fate {
  let left = count;
  return () => ((left -= 1) >= 0 ? fate : then);
}

describe('a commit whose answer got lost', () => {
  let account: OpenedSession;

  beforeEach(() => {
    account = new OpenedSession();
  });

  afterEach(async () => {
    await account.close();
    await endAll();
  });

  it('counts once it is found, though at first nobody could look, and is not made twice', async () => {
    const session = await account.openLossy();
    account.meet({ Commit: first(1, 'lost'), BatchGetDocuments: first(LOOKS, 'refused') });
    await session.set([rowOf('a')]);
    await session.set([rowOf('b')]);
    assert.equal(await account.commits(), 2);
    assert.equal(account.stops, 0);
    const next = await account.open();
    assert.deepEqual([next.get('session', 'a'), next.get('session', 'b')], [rowOf('a').value, rowOf('b').value]);
  });

  it('and was given up on is the last of its opening: no other passes for durable on its account', async () => {
    const session = await account.openLossy();
    account.meet({ Commit: first(1, 'lost', 'refused') });
    await assert.rejects(session.set([rowOf('a')]));
    account.meet({});
    await assert.rejects(session.set([rowOf('b')]), FencedError);
    await assert.rejects(session.saveCreds('creds'), FencedError);
    await assert.rejects(session.erase('destroy'), FencedError);
    assert.equal(account.stops, 1);
    const next = await account.openLossy();
    assert.deepEqual([next.get('session', 'a'), next.get('session', 'b')], [rowOf('a').value, undefined]);
    await next.set([rowOf('b')]);
    assert.equal((await account.open()).get('session', 'b'), rowOf('b').value);
  });

  it('in the last of its tries is there for the next opening', async () => {
    const session = await account.openLossy();
    account.meet({ Commit: first(8, 'refused', 'lost') });
    await assert.rejects(session.set([rowOf('a')]));
    account.meet({});
    await assert.rejects(session.set([rowOf('b')]), FencedError);
    const next = await account.open();
    assert.deepEqual([next.get('session', 'a'), next.get('session', 'b')], [rowOf('a').value, undefined]);
  });

  it('makes whoever uses the session stop before they see the failure', async () => {
    const turns: string[] = [];
    const session = await account.openLossy(() => turns.push('stop'));
    account.meet({ Commit: () => 'refused' });
    await session.set([rowOf('a')]).catch(() => turns.push('failure'));
    assert.deepEqual(turns, ['stop', 'failure']);
  });

  it('while a session is put right fails the opening, and the next one puts it right', async () => {
    await (await account.open()).saveCreds('creds');
    await (
      await account.open()
    ).set(Array.from({ length: 60 }, (_, id) => ({ ...rowOf(String(id)), value: 'v'.repeat(900) })));
    const [bucket] = (await adminFirestore().collection(paths.sessionKeys(account.accountId)).get()).docs;
    await bucket?.ref.update({ bytes: randomBytes(100) });
    // The claim is the first commit.
    account.meet({ Commit: first(1, 'answered', 'refused') });
    await assert.rejects(account.openLossy(), /PERMISSION_DENIED/);
    assert.equal(account.stops, 0);
    account.meet({});
    assert.equal((await account.openLossy()).lost?.damaged, bucket?.id);
  });
});

describe('a message that comes while its session cannot be written', () => {
  afterEach(endAll);

  it('is neither refused nor asked for again: the connection ends, and the next one reads it', async () => {
    const account = await LivingAccount.linked();
    const customer = await newCustomer();
    const fate: { ofCommits: Fate } = { ofCommits: 'answered' };
    const lossy = await lossyFirestore((method) => (method === 'Commit' ? fate.ofCommits : 'answered'));
    const life = await account.live({ sessionDb: () => lossy.db });
    await life.open();
    await life.session()?.flush();
    const retries = (await simulator.stats())['retries'];
    fate.ofCommits = 'refused';
    await simulator.send(customer, { to: account.phone, text: 'are you there?' });
    await waitFor(() => life.events.some(({ type }) => type === 'closed'), Boolean, {
      what: 'the connection to end',
      timeoutMs: 60_000,
    });
    await life.stop();
    const next = await account.live();
    await next.open();
    const contents = () => next.events.flatMap((event) => (event.type === 'message' ? [event.message.content] : []));
    await waitFor(contents, (found) => found.length > 0, { what: 'the message to be read', timeoutMs: 60_000 });
    assert.deepEqual(contents(), [{ kind: 'text', text: 'are you there?' }]);
    assert.equal((await simulator.stats())['retries'], retries, 'the customer was asked to repeat it');
    await lossy.close();
  });
});
