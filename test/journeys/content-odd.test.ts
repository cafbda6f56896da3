/** Messages that no app of WhatsApp's own would write. Whoever speaks the protocol can send them. */
import { storedMessageIdOf } from '@switchboard/contract/ids';
import { paths } from '@switchboard/contract/paths';
import assert from 'node:assert/strict';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { beginTalk, whenStored, type Talk } from '../support/content.ts';
import { linkByQr } from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { adminFirestore, startHost } from '../support/stack.ts';
import { signInAs } from '../support/staff.ts';
import { waitFor } from '../support/wait.ts';

const YEAR_20_000_MS = 568_971_820_800_000;
const MESSAGE_EDIT = 14;

describe('an odd message from a customer', () => {
  let host: HostProcess;
  let talk: Talk;

  before(async () => {
    host = await startHost();
    talk = await beginTalk(await signInAs('agent'), await linkByQr(await signInAs('admin'), 'Shop'), 'Odd');
  });
  after(() => host.stop());

  const send = (raw: object): Promise<string> => simulator.send(talk.customer, { to: talk.phone, raw });
  const react = (id: string, text: string, senderTimestampMs: number): Promise<string> =>
    send({ reactionMessage: { key: { id, fromMe: false }, text, senderTimestampMs } });
  const edit = (id: string, text: string): Promise<string> => {
    const key = { id, fromMe: true };
    return send({
      protocolMessage: { key, type: MESSAGE_EDIT, timestampMs: Date.now(), editedMessage: { conversation: text } },
    });
  };
  const whenHeard = async (text: string): Promise<string> => {
    const id = await simulator.send(talk.customer, { to: talk.phone, text });
    await whenStored(talk, id, `"${text}" behind it`, ({ body }) => body === text);
    return id;
  };

  it('about a message that no document can be named stops nothing, and waits for it like any other', async () => {
    for (const id of ['a/b', '..', '__x__', 'x'.repeat(2_000)]) await react(id, '👍', Date.now());
    await whenHeard('after what no document can be named');
    const { docs } = await adminFirestore().collection(paths.earlyChanges(talk.threadId)).get();
    assert.deepEqual(
      new Set(docs.map((kept) => kept.get('targetId') as string)),
      new Set(['a/b', '..', '__x__', 'x'.repeat(2_000)].map(storedMessageIdOf)),
    );
  });

  it('from the year 20,000 stops nothing, and does not stand against what comes after it', async () => {
    for (const future of [YEAR_20_000_MS, Date.now() + 3_600_000]) {
      await react(talk.ours, '🤖', future);
      await whenStored(talk, talk.ours, 'it', ({ reactions }) => Object.values(reactions)[0]?.emoji === '🤖');
      await whenHeard('after the future');
      // WhatsApp's stamps are whole seconds: within one, a sender's clock that runs ahead is still believed.
      await waitFor(
        async () => {
          await react(talk.ours, '❤️', Date.now());
          await whenHeard('after the present');
          const { reactions } = await whenStored(talk, talk.ours, 'a reaction', () => true);
          return Object.values(reactions)[0]?.emoji;
        },
        (emoji) => emoji === '❤️',
        { what: 'the later reaction to stand' },
      );
    }
  });

  it('of 2 MB stops nothing, and is kept up to the longest text there is', async () => {
    const theirs = await whenHeard('short');
    await edit(theirs, 'x'.repeat(2_000_000));
    const edited = await whenStored(talk, theirs, 'the edit', ({ editedAt }) => editedAt !== null);
    assert.equal(edited.body, `${'x'.repeat(65_535)}…`);
    const long = await send({ conversation: 'y'.repeat(2_000_000) });
    const stored = await whenStored(talk, long, 'the long message', () => true);
    assert.equal(stored.body, `${'y'.repeat(65_535)}…`);
    await whenHeard('after 2 MB');
  });

  it('is nothing the next host would stumble over', async () => {
    await react('c/d', '👍', YEAR_20_000_MS);
    await host.kill();
    host = await startHost();
    await whenHeard('to the next host');
    const incidents = await adminFirestore().collection('incidents').where('accountId', '==', talk.accountId).get();
    assert.ok(!incidents.docs.some((incident) => incident.get('type') === 'message_unstored'));
  });
});
