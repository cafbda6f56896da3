/**
 * The overlap that costs a message if sends and arrivals of one account are not taken one after the other, forced each time.
 *
 * A customer writes for the first time while our first message to them is being encrypted. What the arrival makes of the ratchet (their
 * session) is overwritten by what the send made of it before (only ours), and their one-time key is used up: what they write next on
 * their session cannot be read. Here each send is held at the commit that makes its ratchet durable until the message has come.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { AccountSession, SessionRow } from '../../socket-host/src/session/types.ts';
import { journalOf } from '../../socket-host/src/whatsapp/journal.ts';
import { simulator } from '../support/simulator-client.ts';
import { waitFor } from '../support/wait.ts';
import { endAll, LivingAccount, newCustomer, type Life } from './session-life.ts';

const OVERLAPS = 200;
/** Each with a socket and a lock of its own. */
const ACCOUNTS = 4;
/** Long enough for a send to be over by then: the second message was written before the customer got ours, and comes after it. */
const ON_ITS_WAY_MS = 250;
/** What an arrival that does not wait for the send needs to get past it. One that waits may take as many as it likes. */
const TURNS = 50;

/** Of a first message to somebody: the session with them is made, and only then is anything encrypted with it. */
const BEFORE_ENCRYPTION = 1;

interface Held {
  readonly begun: () => void;
  readonly released: Promise<null>;
}

/** Holds the write of a ratchet, and tells when a message arrives. */
class Gate {
  #held: Held | null = null;
  /** How many ratchets are let past before one is held. */
  #passing = 0;
  #arrived: () => void = () => undefined;
  #written: () => void = () => undefined;

  /** @returns the session, with this gate in front of its writes. */
  guard(session: AccountSession): AccountSession {
    const set = session.set.bind(session);
    session.set = async (rows) => {
      const held = isRatchet(rows) ? this.#next() : null;
      const written = set(rows);
      if (held) {
        held.begun();
        await held.released;
      } else if (isRatchet(rows)) this.#written();
      await written;
    };
    const journal = journalOf(session);
    const see = journal.see.bind(journal);
    journal.see = (...stanza) => {
      see(...stanza);
      this.#arrived();
    };
    return session;
  }

  /** The ratchet the next first message moves is written to memory, as always, and becomes durable when `release` is called. */
  hold(): { readonly begun: Promise<null>; readonly release: () => void } {
    const [begun, released] = [Promise.withResolvers<null>(), Promise.withResolvers<null>()];
    const start = (): void => {
      begun.resolve(null);
    };
    this.#held = { begun: start, released: released.promise };
    this.#passing = BEFORE_ENCRYPTION;
    return {
      begun: begun.promise,
      release: () => {
        released.resolve(null);
      },
    };
  }

  #next(): Held | null {
    if (this.#passing > 0) {
      this.#passing -= 1;
      return null;
    }
    const held = this.#held;
    this.#held = null;
    return held;
  }

  nextArrival(): Promise<null> {
    return new Promise((resolve) => {
      this.#arrived = () => {
        resolve(null);
      };
    });
  }

  /** Resolves when another ratchet was written, or there was all the time for it. */
  async nextRatchet(): Promise<void> {
    const seen = { isWritten: false };
    this.#written = () => {
      seen.isWritten = true;
    };
    for (let turn = 0; turn < TURNS && !seen.isWritten; turn += 1) await new Promise(setImmediate);
  }
}

function isRatchet(rows: readonly SessionRow[]): boolean {
  return rows.some(({ type }) => type === 'session');
}

function contentsOf(life: Life): string[] {
  return life.events.flatMap((event) => {
    if (event.type !== 'message') return [];
    const { content } = event.message;
    return [content.kind === 'text' ? content.text : content.kind];
  });
}

async function send(life: Life, customer: string): Promise<void> {
  const socket = await life.open();
  const built = socket.buildMessage({ kind: 'text', text: 'from the shop' });
  const id = `3EB0${randomBytes(9).toString('hex').toUpperCase()}`;
  const outcome = await socket.send(jidOf(customer), id, built);
  const closed = life.events.filter(({ type }) => type === 'closed');
  assert.equal(outcome.kind, 'acked', JSON.stringify({ outcome, closed }));
}

function jidOf(customer: string): string {
  return `${customer.slice(1)}@s.whatsapp.net`;
}

interface Scene {
  readonly account: LivingAccount;
  readonly life: Life;
  readonly gate: Gate;
}

async function openScene(): Promise<Scene> {
  const account = await LivingAccount.linked();
  const gate = new Gate();
  const life = await account.live({ session: (session) => gate.guard(session) });
  // From here on the session with our own phone is there, and a send writes no ratchet but those it encrypts with.
  await send(life, await newCustomer());
  return { account, life, gate };
}

async function overlap({ account, life, gate }: Scene): Promise<string> {
  const customer = await newCustomer();
  const held = gate.hold();
  const sent = send(life, customer);
  await held.begun;
  const arrival = gate.nextArrival();
  await simulator.send(customer, { to: account.phone, text: `one ${customer}` });
  await arrival;
  await gate.nextRatchet();
  await simulator.fault({
    ...{ account: account.phone, kind: 'delay', direction: 'to', stanza: 'message' },
    ...{ ms: ON_ITS_WAY_MS, times: 1 },
  });
  await simulator.send(customer, { to: account.phone, text: `two ${customer}` });
  held.release();
  await sent;
  const expected = [`one ${customer}`, `two ${customer}`];
  await waitFor(
    () => contentsOf(life),
    (texts) => expected.every((text) => texts.includes(text)),
    { what: `both messages of ${customer} to be read`, timeoutMs: 60_000 },
  );
  return customer;
}

/** What a customer could not read, or saw more than once. */
async function hurtAt({ account }: Scene, customer: string): Promise<unknown[]> {
  const isShown = (shown: readonly unknown[]) => shown.length > 0;
  const shown = await waitFor(
    async () => (await simulator.messages(customer, account.phone)).filter(({ fromMe }) => !fromMe),
    isShown,
    { what: 'our message to be shown' },
  );
  return shown.filter(({ copies, undecryptable }) => copies !== 1 || undecryptable !== 0);
}

describe('sends and arrivals of one account', function () {
  this.timeout(600_000);
  afterEach(endAll);

  it(`forced to overlap ${String(OVERLAPS)} times leave nothing undecryptable on either side`, async () => {
    const scenes = await Promise.all(Array.from({ length: ACCOUNTS }, openScene));
    const rounds = scenes.map(async (scene) => {
      for (let round = 0; round < OVERLAPS / ACCOUNTS; round += 1) {
        const customer = await overlap(scene);
        assert.deepEqual(await hurtAt(scene, customer), []);
        assert.deepEqual(
          contentsOf(scene.life).filter((content) => content === 'undecryptable'),
          [],
        );
      }
    });
    await Promise.all(rounds);
  });
});
