/** A host that cannot write the session of an account, while all else works: it gives the session up, not the account. */
import assert from 'node:assert/strict';
import { endScene, openShops, runHost, whenRunBy } from '../support/fleet.ts';
import { messagesOf, threadsOf } from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { signInAs } from '../support/staff.ts';
import { waitFor } from '../support/wait.ts';
import { QUICK, whenIncident, whenNoIncidents } from './closes-scene.ts';
import { lossyFirestore, type Fate, type LossyFirestore } from './session-lost-answers.ts';

describe('an account whose session cannot be written', () => {
  let lossy: LossyFirestore | null = null;

  afterEach(async () => {
    await endScene();
    await lossy?.close();
  });

  it('is disconnected and says why, and runs again on the same host once it can be', async () => {
    const fate: { ofSessions: Fate } = { ofSessions: 'answered' };
    lossy = await lossyFirestore((method, asked) =>
      method === 'Commit' && asked.includes('wa_sessions/') ? fate.ofSessions : 'answered',
    );
    const settings = { FIRESTORE_EMULATOR_HOST: lossy.address, STABLE_AFTER_MS: QUICK.STABLE_AFTER_MS };
    const { hostId } = await runHost('unwritten', settings);
    const [shop] = await openShops(await signInAs('admin'), 1);
    assert.ok(shop);
    await whenRunBy([shop], [hostId]);
    fate.ofSessions = 'refused';
    await simulator.send(shop.customer, { to: shop.phone, text: 'are you there?' });
    const sockets = async () => (await simulator.stats()).openSockets[shop.phone] ?? 0;
    await waitFor(sockets, (open) => open === 0, { what: 'the connection to end', timeoutMs: 60_000 });
    const { severity, details } = await whenIncident(shop.accountId, 'session_unwritten');
    assert.deepEqual([severity, typeof details['reason']], ['high', 'string']);
    fate.ofSessions = 'answered';
    await whenRunBy([shop], [hostId]);
    const bodies = async () => {
      const threads = await threadsOf(shop.accountId);
      return (await Promise.all(threads.map(({ threadId }) => messagesOf(threadId)))).flat().map(({ body }) => body);
    };
    await waitFor(bodies, (found) => found.includes('are you there?'), { what: 'the message to be stored' });
    await whenNoIncidents(shop.accountId);
  });
});
