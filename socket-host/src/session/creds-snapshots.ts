/**
 * The last good credentials, kept aside: when a snapshot is due, and which one stands in for credentials that are damaged.
 * A snapshot rides with the commit of the credentials it is of.
 */
import { SNAPSHOT_SLOTS, type SnapshotState } from '../store/sessions.ts';
import type { SessionCrypt } from './session-crypt.ts';
import { SessionKeyError, type CredsFindings, type InspectCreds, type RestoredCreds } from './types.ts';

/** Credentials whose change matters little (a name, a counter) are kept aside this rarely, ms. */
const SNAPSHOT_EVERY_MS = 3_600_000;

export const takeOnTrust: InspectCreds = () => ({ fault: null, isOwnPhone: true, mark: '' });

function faultOf({ fault, isOwnPhone }: CredsFindings): string | null {
  return fault ?? (isOwnPhone ? null : 'they are of another phone');
}

/** The state of the snapshots with one more, or `null` when none is due. */
export function decideSnapshot(
  before: SnapshotState | null,
  findings: CredsFindings,
  { nowMs, keyId }: { readonly nowMs: number; readonly keyId: string },
): SnapshotState | null {
  if (faultOf(findings) !== null) return null;
  const isDue = before?.mark !== findings.mark || nowMs - before.takenAtMs >= SNAPSHOT_EVERY_MS;
  return isDue ? withSnapshot(before, findings.mark, { nowMs, keyId }) : null;
}

export function withSnapshot(
  before: SnapshotState | null,
  mark: string,
  { nowMs, keyId }: { readonly nowMs: number; readonly keyId: string },
): SnapshotState {
  const keyIds = Array.from({ length: SNAPSHOT_SLOTS }, (_, slot) => before?.keyIds[slot] ?? '');
  const taken = (before?.taken ?? 0) + 1;
  keyIds[slotOf(taken)] = keyId;
  return { taken, takenAtMs: nowMs, mark, keyIds };
}

/** Where the snapshot with this number is kept. */
export function slotOf(taken: number): number {
  return taken % SNAPSHOT_SLOTS;
}

export interface StoredCreds {
  readonly accountId: string;
  readonly sealed: Uint8Array | null;
  readonly crypt: SessionCrypt;
  readonly inspect: InspectCreds;
  /** Newest first. */
  readonly readSnapshots: () => Promise<readonly { readonly sealed: Uint8Array; readonly takenAt: Date }[]>;
}

type Opened = { readonly creds: string } | { readonly fault: string };

function opened({ crypt }: StoredCreds, place: 'creds' | 'backup', sealed: Uint8Array): Opened {
  try {
    return { creds: Buffer.from(crypt.open(place, sealed)).toString('utf8') };
  } catch {
    return { fault: 'they do not decrypt' };
  }
}

/**
 * Opens the stored credentials, or the newest good snapshot in their place.
 *
 * @throws SessionKeyError when neither can be used. Nothing is changed by then.
 */
export async function openCreds(
  stored: StoredCreds,
): Promise<{ readonly creds: string | null; readonly restored: RestoredCreds | null }> {
  const { accountId, sealed, inspect, readSnapshots } = stored;
  if (!sealed) return { creds: null, restored: null };
  const newest = opened(stored, 'creds', sealed);
  // Credentials of another phone are a link made by mistake, for the supervisor to end; they are not damaged.
  const fault = 'fault' in newest ? newest.fault : inspect(newest.creds).fault;
  if (fault === null && 'creds' in newest) return { creds: newest.creds, restored: null };
  for (const snapshot of await readSnapshots()) {
    const candidate = opened(stored, 'backup', snapshot.sealed);
    if ('fault' in candidate || faultOf(inspect(candidate.creds)) !== null) continue;
    const restored = { fault: fault ?? '', snapshotAt: snapshot.takenAt.toISOString() };
    return { creds: candidate.creds, restored };
  }
  throw new SessionKeyError(accountId, `its credentials are damaged (${fault ?? ''}) and no snapshot of them is good`);
}
