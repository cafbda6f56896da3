/** When to kill a host: at any moment, or right at one of the steps of a message where a crash hurts most. */
import { setTimeout as delay } from 'node:timers/promises';
import { adminFirestore } from './stack.ts';
import type { Stream } from './conversations.ts';
import type { Seeded } from './seeded.ts';
import { simulator } from './simulator-client.ts';
import { waitFor } from './wait.ts';

/** any: whatever happens · claimed: an entry was claimed, its message is about to leave · shown: a message has just reached its
 * recipient, nothing is settled · written: a customer has just written, the message is on its way in. */
const MOMENTS = ['any', 'claimed', 'shown', 'written'] as const;

/** Some moments need traffic, which the death of the other host may hold up; then any moment is good, ms. */
const PATIENCE_MS = 3_000;

async function whenClaimed(accountIds: readonly string[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<null>();
  const stop = adminFirestore()
    .collection('outbox')
    .where('accountId', 'in', accountIds)
    .where('status', '==', 'processing')
    .onSnapshot(
      (claimed) => {
        if (claimed.docChanges().some(({ type }) => type === 'added')) resolve(null);
      },
      () => {
        resolve(null);
      },
    );
  await Promise.race([promise, delay(PATIENCE_MS)]);
  stop();
}

async function whenShown(): Promise<void> {
  const { copies } = await simulator.stats();
  await waitFor(simulator.stats, (stats) => stats['copies'] !== copies, {
    what: 'a message to be shown',
    timeoutMs: PATIENCE_MS,
  }).catch(() => undefined);
}

/** Returns when the moment is there. @returns which it was. */
export async function nextMoment(random: Seeded, stream: Stream, accountIds: readonly string[]): Promise<string> {
  const moment = random.pick(MOMENTS);
  switch (moment) {
    case 'any':
      await delay(random.between(0, 1_500));
      break;
    case 'claimed':
      await whenClaimed(accountIds);
      await delay(random.between(0, 60));
      break;
    case 'shown':
      await whenShown();
      await delay(random.between(0, 40));
      break;
    case 'written':
      await Promise.race([stream.nextIncoming(), delay(PATIENCE_MS)]);
      await delay(random.between(0, 80));
  }
  return moment;
}
