/** Takes an account's session for this host and brings it into memory. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Database } from '../store/firestore.ts';
import {
  claimSession,
  type ClaimedSession,
  MalformedSessionError,
  readBucketParts,
  readSnapshots,
  type SessionCommit,
  type SessionDocument,
  type SessionKeys,
} from '../store/sessions.ts';
import type { Logger } from '../telemetry/logger.ts';
import { StoredSession } from './account-session.ts';
import { openCreds, takeOnTrust } from './creds-snapshots.ts';
import { FencedWriter } from './fenced-writer.ts';
import type { KekProvider } from './kek.ts';
import { credsRestored, rewrapFailed, rotationFailed, rowsLost, sessionLoaded } from './log-events.ts';
import { freshCrypt, makeDataKey, openCrypt, type Rekeying, type SessionCrypt } from './session-crypt.ts';
import { openRows, type RowLoss } from './stored-rows.ts';
import { FencedError, SessionKeyError, type AccountSession, type InspectCreds, type RestoredCreds } from './types.ts';

/** A data key seals for this long at most, ms: far below the 2^32 values one may seal, even at many writes a second. */
const DATA_KEY_MAX_AGE_MS = 180 * 24 * 3_600_000;

export interface LoadDependencies {
  readonly db: Database;
  readonly kek: KekProvider;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether our lease on the account holds at this moment, by our own clock: nothing is written while it does not. */
  readonly isHeld: () => boolean;
  /** Tells good credentials from damaged ones. Without it, whatever decrypts is taken for good. */
  readonly inspect?: InspectCreds;
  /** Firestore, though it answers, refused a write of the session for good. It is then fenced, too. */
  readonly onGivenUp?: (error: unknown) => void;
}

/**
 * Claims and loads a session. From here on no earlier owner can write it.
 *
 * @param epoch of the lease this host holds on the account.
 * @param onFenced called once the session is loaded, at most once: a write found that another host has claimed it since, or that our
 *   lease ran out, or it was given up on and may have landed or not. If the account is still ours, the session has to be loaded anew.
 * @param taken the session, when it was claimed with the lease. @throws FencedError when a later epoch owns it; SessionKeyError when its document is malformed, when its credentials cannot be read with
 *   the key there is and no snapshot helps, or when a new one cannot be given a key; the error of Firestore or of the key service when
 *   either does not answer. None of them changes what is stored beyond the claim itself.
 */
export async function loadSession(
  dependencies: LoadDependencies,
  accountId: string,
  epoch: number,
  onFenced: () => void,
  taken: ClaimedSession | null = null,
): Promise<AccountSession> {
  const { db, kek, clock, logger, isHeld, inspect = takeOnTrust, onGivenUp } = dependencies;
  if (!isHeld()) throw new FencedError(accountId);
  const { document, fence, writer } = taken ?? (await claimed(dependencies, accountId, epoch));
  const opened = await openCrypt(kek, accountId, document);
  const { creds, restored } = await openCreds({
    accountId,
    sealed: document.creds,
    crypt: opened,
    inspect,
    readSnapshots: () => readSnapshots(db, accountId),
  });
  // Not before the credentials are open: they prove that the key is right, and that what does not open with it is damaged.
  const { rows, partCounts, loss } = openRows(await readBucketParts(db, accountId), document.recent, opened);
  let isLoaded = false;
  const onOver = (): void => {
    // Whoever waits for the session is told by the error.
    if (isLoaded) onFenced();
  };
  const ends = { onFenced: onOver, onGivenUp };
  const commits = new FencedWriter({ db, accountId, writer, clock, logger, isHeld, ...ends }, fence);
  const crypt = await repair(commits, opened, logger, { document, kid: kek.kid, creds, restored, loss });
  isLoaded = true;
  if (restored) credsRestored(logger, restored.fault, restored.snapshotAt);
  if (loss) rowsLost(logger, loss.told.damaged, loss.told.forgotten);
  sessionLoaded(logger, creds !== null, partCounts.size);
  const { snapshots, isRotating } = document;
  const nowMs = () => clock.nowMs();
  const session = new StoredSession(
    { writer: commits, crypt, inspect, nowMs, freshKeys: () => freshCrypt(kek, accountId, nowMs()) },
    { creds, restored, lost: loss?.told ?? null, snapshots, rows, partCounts, isRotating },
  );
  const isOld = nowMs() - crypt.madeAtMs > DATA_KEY_MAX_AGE_MS;
  // Nobody has to wait for it: until it is done, both keys open what is stored.
  const rotated = isOld ? session.rotateDataKey() : session.finishRotation();
  rotated.catch((error: unknown) => {
    rotationFailed(logger, error);
  });
  return session;
}

async function claimed(
  { db, kek, clock }: LoadDependencies,
  accountId: string,
  epoch: number,
): Promise<ClaimedSession> {
  const writer = randomUUID();
  const makeKey = () => makeDataKey(kek, accountId, clock.nowMs());
  const session = await claimSession(db, accountId, { epoch, writer }, makeKey).catch((error: unknown) => {
    throw error instanceof MalformedSessionError ? new SessionKeyError(accountId, error.message) : error;
  });
  if (!session) throw new FencedError(accountId);
  return { ...session, writer };
}

/**
 * Makes durable what loading had to put right: keys wrapped by a former key-encryption key, credentials from a snapshot, rows dropped.
 *
 * @returns the keys as they are stored from here on: whatever is made of them later must not bring the former wrapping back.
 */
async function repair(
  commits: FencedWriter,
  crypt: SessionCrypt,
  logger: Logger,
  found: {
    readonly document: SessionDocument;
    readonly kid: string;
    readonly creds: string | null;
    readonly restored: RestoredCreds | null;
    readonly loss: RowLoss | null;
  },
): Promise<SessionCrypt> {
  const { document, kid, creds, restored, loss } = found;
  const rekeying = await rewrapped(crypt, document, kid, logger);
  const damaged = restored && document.creds;
  if (!rekeying && !damaged && !loss) return crypt;
  await commits.commit({
    fields: { ...rekeying?.keys, ...mended(crypt, damaged ? creds : null, loss) },
    parts: [],
    deletedPartIds: loss?.partIds ?? [],
    // Somebody may want to know what became of them.
    backup: damaged && { slot: 'damaged', creds: damaged },
  });
  return rekeying?.crypt ?? crypt;
}

/** @param creds to take the place of damaged ones. */
function mended(crypt: SessionCrypt, creds: string | null, loss: RowLoss | null): SessionCommit['fields'] {
  return {
    ...(creds === null ? {} : { creds: crypt.seal('creds', Buffer.from(creds, 'utf8')) }),
    ...(loss ? { recent: crypt.seal('recent', loss.recent) } : {}),
  };
}

/**
 * The keys, wrapped with the present key-encryption key. `null` when they are, and when that cannot be done now: they open the session as
 * they are, and the next opening tries again.
 */
async function rewrapped(
  crypt: SessionCrypt,
  stored: SessionKeys,
  kid: string,
  logger: Logger,
): Promise<Rekeying | null> {
  if ([stored, ...stored.formerKeys].every((key) => key.kid === kid)) return null;
  try {
    return await crypt.rewrap();
  } catch (error) {
    rewrapFailed(logger, error);
    return null;
  }
}
