/** Against the Firestore emulator: what a crash leaves of rows that need several commits. */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { paths } from '@switchboard/contract/paths';
import { pino } from 'pino';
import { systemClock } from '../clock.ts';
import { emulatedFirestore } from '../store/emulator.ts';
import { localKek } from './kek.ts';
import { loadSession } from './load-session.ts';
import { FencedError, type AccountSession } from './types.ts';

const db = emulatedFirestore();
const kek = localKek(randomBytes(32));
const logger = pino({ level: 'silent' });

function open(accountId: string, epoch: number, isHeld = () => true): Promise<AccountSession> {
  return loadSession({ db, kek, clock: systemClock, logger, isHeld }, accountId, epoch, () => undefined);
}

/** More than a commit takes, also compressed. */
function manyRatchets(): { type: string; id: string; value: string }[] {
  return Array.from({ length: 350 }, (_, index) => ({
    type: 'session',
    id: String(index),
    value: randomBytes(15_000).toString('base64'),
  }));
}

describe('rows that need several commits', () => {
  it('cut short between two leave no ratchet that moved without the message it read', async () => {
    const accountId = `account_test_${randomUUID().replaceAll('-', '')}`;
    let commits = 0;
    const session = await open(accountId, 1, () => (commits += 1) <= 2);
    // Loading asks once, each commit once: the lease ends after the first.
    const written = session.set([...manyRatchets(), { type: 'inbound', id: 'a', value: 'what it read' }]);
    await assert.rejects(written, FencedError);
    const stored = await db.collection(paths.sessionKeys(accountId)).get();
    assert.ok(stored.docs.some(({ id }) => id.startsWith('session-')));
    const next = await open(accountId, 2);
    assert.ok(next.list('session').length < manyRatchets().length);
    assert.deepEqual(next.list('inbound'), [{ id: 'a', value: 'what it read' }]);
  });
});
