/** A host that has told WhatsApp of what came in, and dies before that is stored; and what a thread shows afterwards. */
import assert from 'node:assert/strict';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { messagesOf, threadsOf, type LinkedAccount } from '../support/journey.ts';
import { waitFor } from '../support/wait.ts';
import { whenConfirmed } from './closes-scene.ts';
import { lossyFirestore, type Fate } from './session-lost-answers.ts';

export interface UnstoredMessages {
  /** host:port that the host takes for Firestore. */
  readonly address: string;
  /** Kills the host between its word to WhatsApp that it has what `arrive` brings, and the commit that stores it. */
  dieUnstored(host: HostProcess, account: LinkedAccount, arrive: () => Promise<unknown>): Promise<void>;
  /** Lets go of what still hangs. */
  letGo(): void;
  close(): Promise<void>;
}

export async function unstoredMessages(): Promise<UnstoredMessages> {
  /** Commits with messages hang while it is there. */
  let held: { readonly fate: PromiseWithResolvers<Fate>; count: number } | null = null;
  const lossy = await lossyFirestore((method, asked) => {
    if (!held || method !== 'Commit' || !asked.includes('/messages/')) return 'answered';
    held.count += 1;
    return held.fate.promise;
  });
  const letGo = (): void => {
    held?.fate.resolve('refused');
    held = null;
  };
  return {
    address: lossy.address,
    dieUnstored: async (host, account, arrive) => {
      const holding = { fate: Promise.withResolvers<Fate>(), count: 0 };
      held = holding;
      await arrive();
      await waitFor(
        () => holding.count,
        (count) => count > 0,
        { what: 'it to be about to be stored', timeoutMs: 60_000 },
      );
      await whenConfirmed(account);
      await host.kill();
      letGo();
    },
    letGo,
    close: () => lossy.close(),
  };
}

/** The account has one thread, with these messages and no other, none of them read. */
export async function assertThread(account: LinkedAccount, bodies: readonly string[]): Promise<void> {
  const threads = await threadsOf(account.accountId);
  assert.deepEqual(
    threads.map(({ unreadCount }) => unreadCount),
    [bodies.length],
  );
  const messages = await messagesOf(threads[0]?.threadId ?? '');
  assert.deepEqual(
    messages.map(({ body }) => body),
    bodies,
  );
}
