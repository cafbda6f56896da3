/** Against the Firestore emulator: whose a data key is. That one opens nothing of another account is in `account-session.test.ts`. */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { systemClock } from '../clock.ts';
import { emulatedFirestore } from '../store/emulator.ts';
import { localKek, type KekProvider } from './kek.ts';
import { loadSession } from './load-session.ts';
import type { AccountSession } from './types.ts';

/** Keys of this process that note every data key they are given to wrap. */
function notingKek(made: string[]): KekProvider {
  const kek = localKek(randomBytes(32));
  return {
    ...kek,
    wrap: (dataKey, context) => {
      made.push(Buffer.from(dataKey).toString('hex'));
      return kek.wrap(dataKey, context);
    },
  };
}

describe('a data key is never used twice', () => {
  const db = emulatedFirestore();
  const logger = pino({ level: 'silent' });

  it('for two accounts, after a rotation, or for a session that begins anew', async () => {
    const made: string[] = [];
    const loading = { db, kek: notingKek(made), clock: systemClock, logger, isHeld: () => true };
    const load = (): Promise<AccountSession> =>
      loadSession(loading, `account_test_${randomUUID()}`, 1, () => undefined);
    const [session] = [await load(), await load()];
    await session.rotateDataKey();
    await session.erase('destroy');
    assert.equal(made.length, 4);
    assert.equal(new Set(made).size, 4);
    assert.ok(made.every((key) => /^[0-9a-f]{64}$/.test(key)));
  });
});
