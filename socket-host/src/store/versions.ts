/**
 * The WhatsApp Web version that was learned last and the one a connection opened with last, shared by all hosts, and who may ask for a
 * newer one when.
 */
import { paths } from '@switchboard/contract/paths';
import { FieldValue, Timestamp, type Firestore } from 'firebase-admin/firestore';
import { z } from 'zod';
import { asRead, undisturbed } from './undisturbed.ts';

const part = z.int().nonnegative();
const versionSchema = z.nullable(z.tuple([part, part, part])).catch(null);

export type StoredVersion = readonly [number, number, number];

export interface StoredVersions {
  /** The last one that was learned; `null` when none was, or what is stored is none. */
  readonly learned: StoredVersion | null;
  /** The last one a connection opened with; `null` likewise. */
  readonly good: StoredVersion | null;
}

export async function readVersions(db: Firestore): Promise<StoredVersions> {
  const stored = await db.doc(paths.whatsappVersion).get();
  return { learned: versionSchema.parse(stored.get('version')), good: versionSchema.parse(stored.get('goodVersion')) };
}

/**
 * Takes the right to ask for a newer version, unless some host took it less than `minIntervalMs` ago by Firestore's clock.
 *
 * @returns whether it is ours.
 */
export async function claimVersionCheck(db: Firestore, minIntervalMs: number): Promise<boolean> {
  return undisturbed(async () => {
    const stored = await db.doc(paths.whatsappVersion).get();
    const checkedAt: unknown = stored.get('checkedAt');
    const isRecent =
      checkedAt instanceof Timestamp && stored.readTime.toMillis() - checkedAt.toMillis() < minIntervalMs;
    if (isRecent) return false;
    const checked = { checkedAt: FieldValue.serverTimestamp() };
    await (stored.exists ? stored.ref.update(checked, asRead(stored)) : stored.ref.create(checked));
    return true;
  });
}

export async function writeVersion(db: Firestore, version: StoredVersion): Promise<void> {
  await write(db, { version: [...version], learnedAt: FieldValue.serverTimestamp() });
}

export async function writeGoodVersion(db: Firestore, version: StoredVersion): Promise<void> {
  await write(db, { goodVersion: [...version], goodAt: FieldValue.serverTimestamp() });
}

async function write(db: Firestore, fields: Record<string, unknown>): Promise<void> {
  await db.doc(paths.whatsappVersion).set(fields, { merge: true });
}
