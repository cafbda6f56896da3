/** Takes an account's session for this host and brings it into memory. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Database } from '../store/firestore.ts';
import { claimSession, readBucketParts } from '../store/sessions.ts';
import type { Logger } from '../telemetry/logger.ts';
import { StoredSession } from './account-session.ts';
import { joinBuckets } from './buckets.ts';
import { FencedWriter } from './fenced-writer.ts';
import type { KekProvider } from './kek.ts';
import { sessionLoaded } from './log-events.ts';
import { makeDataKey, openCrypt } from './session-crypt.ts';
import { SessionRows } from './session-rows.ts';
import { FencedError, type AccountSession } from './types.ts';

export interface LoadDependencies {
  readonly db: Database;
  readonly kek: KekProvider;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Claims and loads a session. From here on no earlier owner can write it.
 *
 * @param epoch of the lease this host holds on the account.
 * @param onFenced called once, when a write finds that another host has claimed the session since.
 * @throws FencedError when a later epoch owns it; SessionKeyError when it cannot be decrypted; the Firestore error when it cannot
 *   be read. None of them changes what is stored beyond the claim itself.
 */
export async function loadSession(
  { db, kek, clock, logger }: LoadDependencies,
  accountId: string,
  epoch: number,
  onFenced: () => void,
): Promise<AccountSession> {
  const writer = randomUUID();
  const claimed = await claimSession(db, accountId, { epoch, writer }, () => makeDataKey(kek, accountId));
  if (!claimed) throw new FencedError(accountId);
  const { document, fence } = claimed;
  const crypt = await openCrypt(kek, accountId, document);
  const stored = joinBuckets(await readBucketParts(db, accountId));
  const buckets = Array.from(stored, ([bucketId, { sealed }]) => crypt.open(bucketId, sealed));
  const rows = SessionRows.from(buckets, document.recent && crypt.open('recent', document.recent));
  const creds = document.creds && Buffer.from(crypt.open('creds', document.creds)).toString('utf8');
  const commits = new FencedWriter({ db, accountId, writer, clock, logger, onFenced }, fence);
  if (document.kid !== kek.kid) {
    await commits.commit({ fields: await crypt.rewrap(), parts: [], deletedPartIds: [], backup: null });
  }
  sessionLoaded(logger, creds !== null, stored.size);
  const partCounts = new Map(Array.from(stored, ([bucketId, { parts }]) => [bucketId, parts]));
  return new StoredSession(commits, crypt, { creds, rows, partCounts });
}
