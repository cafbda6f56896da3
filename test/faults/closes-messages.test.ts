/** What the network does to messages is no trouble of the account: it stays connected, and each message is there once. */
import assert from 'node:assert/strict';
import type { ErrorInfo } from '@switchboard/contract/failure';
import type { IncidentType } from '@switchboard/contract/incident';
import { routedOutboxSchema } from '@switchboard/contract/outbox';
import { paths } from '@switchboard/contract/paths';
import type { HostProcess } from '../../scripts/lib/host.ts';
import {
  linkByQr,
  messagesOf,
  newCustomer,
  recordStatuses,
  sendText,
  threadsOf,
  whenInThread,
  whenMessage,
  whenOutbox,
  type LinkedAccount,
  type Sent,
} from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { waitFor } from '../support/wait.ts';
import {
  connectAnew,
  newBystander,
  openIncidents,
  QUICK,
  SLOW_MS,
  whenAccountHeard,
  whenIncident,
  whenStatus,
  whenStruck,
  whenWell,
  type Bystander,
} from './closes-scene.ts';
import { unshaken } from './unshaken.ts';

/** What WhatsApp refuses a message with, and what the message says then. */
const REFUSED = [
  [500, 'refused_by_whatsapp'],
  [463, 'new_chats_restricted'],
] as const;

interface Pair extends LinkedAccount {
  readonly customer: string;
}

async function storedTexts(accountId: string): Promise<(string | null)[]> {
  const threads = await threadsOf(accountId);
  const messages = await Promise.all(threads.map(({ threadId }) => messagesOf(threadId)));
  return messages.flat().map(({ body }) => body);
}

/** Why a message failed, as its outbox entry says and as the message itself does. */
async function errorsOf(accountId: string, { requestId, waMessageId }: Sent): Promise<(ErrorInfo | null)[]> {
  const entry = await adminFirestore().doc(paths.outbox(requestId)).get();
  const messages = await Promise.all((await threadsOf(accountId)).map(({ threadId }) => messagesOf(threadId)));
  const message = messages.flat().find((stored) => stored.waMessageId === waMessageId);
  return [routedOutboxSchema.parse(entry.data()).error, message?.error ?? null];
}

describe('an account to whose messages the network does harm', function () {
  this.timeout(240_000);
  let host: HostProcess;
  let admin: Staff;
  let bystander: Bystander;

  before(async () => {
    host = await startHost({ env: { ...QUICK } });
    admin = await signInAs('admin');
    bystander = await newBystander(admin);
  });

  afterEach(() => bystander.assertUntouched());
  after(() => host.stop());

  /** An account with a thread, and a first message each way behind it. */
  async function talking(): Promise<Pair> {
    const account = await linkByQr(admin, 'Talking');
    const customer = await newCustomer('Ana');
    await simulator.send(customer, { to: account.phone, text: 'hello' });
    await whenInThread(account.accountId, customer, 'hello');
    const sent = await sendText(admin, { accountId: account.accountId, toPhone: customer }, 'hello yourself');
    await whenMessage(account.accountId, sent, 'delivered');
    return { ...account, customer };
  }

  async function say({ customer, phone }: Pair, ...texts: readonly string[]): Promise<void> {
    for (const text of texts) await simulator.send(customer, { to: phone, text });
  }

  async function displayed({ customer, phone }: Pair, text: string): Promise<number> {
    const shown = await simulator.messages(customer, phone);
    return shown.filter((message) => !message.fromMe && message.text === text).length;
  }

  for (const variant of ['same', 'reencrypted']) {
    it(`by delivering one twice (${variant}) stays connected and stores it once`, async () => {
      const pair = await talking();
      await unshaken(admin, pair, async () => {
        await simulator.fault({ account: pair.phone, kind: 'duplicate', variant });
        await say(pair, 'twice', 'once');
        await whenInThread(pair.accountId, pair.customer, 'once');
        await whenInThread(pair.accountId, pair.customer, 'twice');
      });
      assert.deepEqual((await storedTexts(pair.accountId)).filter((text) => text === 'twice').length, 1);
    });
  }

  it('by delivering them late and out of order stays connected and stores all', async () => {
    const pair = await talking();
    await unshaken(admin, pair, async () => {
      await simulator.fault({ account: pair.phone, kind: 'delay', ms: 500 });
      await simulator.fault({ account: pair.phone, kind: 'reorder' });
      await say(pair, 'first', 'second', 'third');
      for (const text of ['first', 'second', 'third']) await whenInThread(pair.accountId, pair.customer, text);
    });
    assert.equal((await storedTexts(pair.accountId)).length, 5);
    await simulator.clearFaults(pair.phone);
  });

  it('by losing one on its way here has it after the next connection', async () => {
    const pair = await talking();
    await simulator.fault({ account: pair.phone, kind: 'drop', direction: 'to', stanza: 'message' });
    await say(pair, 'lost', 'heard');
    await whenInThread(pair.accountId, pair.customer, 'heard');
    await simulator.fault({ account: pair.phone, kind: 'close', code: 428 });
    await whenInThread(pair.accountId, pair.customer, 'lost');
    await whenWell(pair);
  });

  it('by losing one on its way out, or the answer to one, stays connected and sends it once', async () => {
    const [lost, swallowed] = [await talking(), await talking()];
    await simulator.fault({ account: lost.phone, kind: 'drop', direction: 'from', stanza: 'message' });
    await simulator.fault({ account: swallowed.phone, kind: 'swallow-ack' });
    const deliver = async (pair: Pair): Promise<void> => {
      await unshaken(admin, pair, async () => {
        const sent = await sendText(admin, { accountId: pair.accountId, toPhone: pair.customer }, 'important');
        await whenOutbox(sent.requestId, 'sent', 120_000);
        await whenMessage(pair.accountId, sent, 'delivered');
      });
      assert.equal(await displayed(pair, 'important'), 1);
    };
    await Promise.all([deliver(lost), deliver(swallowed)]);
  });

  for (const [code, error] of REFUSED)
    it(`by refusing one with ${String(code)} stays connected, and the message says why it failed`, async () => {
      const pair = await talking();
      await unshaken(admin, pair, async () => {
        await simulator.fault({ account: pair.phone, kind: 'error-ack', code });
        const refused = await sendText(admin, { accountId: pair.accountId, toPhone: pair.customer }, 'refused');
        await whenOutbox(refused.requestId, 'failed', 120_000);
        await whenMessage(pair.accountId, refused, 'failed');
        for (const found of await errorsOf(pair.accountId, refused)) {
          assert.equal(found?.code, error);
          assert.match(found.message, new RegExp(`\\(${String(code)}\\)`));
        }
        const next = await sendText(admin, { accountId: pair.accountId, toPhone: pair.customer }, 'accepted');
        await whenMessage(pair.accountId, next, 'delivered');
      });
      assert.equal(await displayed(pair, 'refused'), 0);
    });

  it('by never ending the backlog is not left waiting for it', async () => {
    const pair = await talking();
    await simulator.fault({ account: pair.phone, kind: 'no-offline-end' });
    await simulator.fault({ account: pair.phone, kind: 'no-success' });
    await simulator.fault({ account: pair.phone, kind: 'close', code: 428 });
    await whenStatus(pair.accountId, 'reconnecting', 'connection_lost');
    await say(pair, 'written meanwhile');
    await whenStatus(pair.accountId, 'connected');
    // The library alone would hold it back for 30 s.
    await waitFor(
      () => storedTexts(pair.accountId),
      (texts) => texts.includes('written meanwhile'),
      { what: 'the message to be let out', timeoutMs: 20_000 },
    );
    assert.deepEqual(await openIncidents(pair.accountId), []);
    await whenWell(pair);
  });

  it('by making one unreadable stays connected, and has it once its sender repeats it', async () => {
    const pair = await talking();
    await unshaken(admin, pair, async () => {
      await simulator.fault({ account: pair.phone, kind: 'corrupt' });
      await say(pair, 'garbled');
      await whenInThread(pair.accountId, pair.customer, 'garbled');
    });
  });

  it('by making one unreadable that says nothing to a person keeps nothing of it, once its sender repeats it', async () => {
    const pair = await talking();
    const timer = { protocolMessage: { type: 'EPHEMERAL_SETTING', ephemeralExpiration: 86_400 } };
    await unshaken(admin, pair, async () => {
      await simulator.fault({ account: pair.phone, kind: 'corrupt' });
      await simulator.send(pair.customer, { to: pair.phone, raw: timer });
      await whenStruck(pair, 'corrupt', null);
      await say(pair, 'behind it');
      // Stored behind what came first.
      await whenInThread(pair.accountId, pair.customer, 'behind it');
      await waitFor(
        () => storedTexts(pair.accountId),
        (texts) => !texts.includes('[waiting for this message]'),
        { what: 'the message that says nothing to be gone', timeoutMs: SLOW_MS },
      );
    });
    const [thread] = await threadsOf(pair.accountId);
    assert.deepEqual([thread?.unreadCount, thread?.lastMessageText], [2, 'behind it']);
    assert.equal((await storedTexts(pair.accountId)).length, 3);
  });

  it('by making unreadable what its own phone answers makes no thread with itself', async () => {
    const pair = await talking();
    await simulator.fault({ account: pair.phone, kind: 'unavailable' });
    await simulator.fault({ account: pair.phone, kind: 'drop', direction: 'from', stanza: 'message' });
    await say(pair, 'on the phone');
    // The first question is lost; the phone answers the next, and that cannot be read.
    await whenStruck(pair, 'drop', null);
    await simulator.fault({ account: pair.phone, kind: 'corrupt' });
    await connectAnew(pair);
    await whenStruck(pair, 'corrupt', null);
    await say(pair, 'behind it');
    await whenInThread(pair.accountId, pair.customer, 'behind it');
    assert.equal((await threadsOf(pair.accountId)).length, 1);
  });

  it('by handing it a first message without what it says has that from its phone, though its question is lost', async () => {
    const pair = await talking();
    const customer = await newCustomer('Customer of an advertisement');
    await simulator.fault({ account: pair.phone, kind: 'unavailable' });
    await simulator.fault({ account: pair.phone, kind: 'drop', direction: 'from', stanza: 'message' });
    await unshaken(admin, pair, async () => {
      await say({ ...pair, customer }, 'I saw your advertisement');
      await whenInThread(pair.accountId, customer, '[waiting for this message]');
      await whenStruck(pair, 'drop', null);
    });
    await connectAnew(pair);
    await whenInThread(pair.accountId, customer, 'I saw your advertisement');
  });

  it('by making them all unreadable, repeated ones too, is an incident while connected, over once some are readable', async () => {
    const pair = await talking();
    const watched = await recordStatuses(admin, paths.account(pair.accountId));
    await simulator.fault({ account: pair.phone, kind: 'corrupt', times: 1_000 });
    await say(pair, ...Array.from({ length: 12 }, (_, index) => `garbled ${String(index)}`));
    const { severity, details } = await whenIncident(pair.accountId, 'decryption_failing');
    assert.deepEqual([severity, details], ['high', { count: 10 }]);
    assert.deepEqual(await openIncidents(pair.accountId), ['decryption_failing']);
    await simulator.clearFaults(pair.phone);
    let written = 0;
    const writeOn = async (): Promise<IncidentType[]> => {
      written += 1;
      await say(pair, `clear ${String(written)}`);
      await whenInThread(pair.accountId, pair.customer, `clear ${String(written)}`);
      return openIncidents(pair.accountId);
    };
    const over = { what: 'the incident to be over', timeoutMs: SLOW_MS };
    await waitFor(writeOn, (open) => open.length === 0, over);
    await whenStatus(pair.accountId, 'connected');
    watched.stop();
    assert.deepEqual(watched.seen, ['connected']);
  });

  it('is known to be alive by what arrives', async () => {
    const pair = await talking();
    await whenAccountHeard(pair.accountId);
  });
});
