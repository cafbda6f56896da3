/** The last WhatsApp Web version that was learned, shared by all hosts, and who may ask for a newer one when. */
import { paths } from '@switchboard/contract/paths';
import { FieldValue, Timestamp, type Firestore } from 'firebase-admin/firestore';
import { z } from 'zod';

const part = z.int().nonnegative();
const storedSchema = z.object({ version: z.tuple([part, part, part]) });

export type StoredVersion = readonly [number, number, number];

/** @returns the last version that was learned; `null` when none was, or what is stored is none. */
export async function readVersion(db: Firestore): Promise<StoredVersion | null> {
  const stored = storedSchema.safeParse((await db.doc(paths.whatsappVersion).get()).data());
  return stored.success ? stored.data.version : null;
}

/**
 * Takes the right to ask for a newer version, unless some host took it less than `minIntervalMs` ago by Firestore's clock.
 *
 * @returns whether it is ours.
 */
export async function claimVersionCheck(db: Firestore, minIntervalMs: number): Promise<boolean> {
  return db.runTransaction(async (transaction) => {
    const stored = await transaction.get(db.doc(paths.whatsappVersion));
    const checkedAt: unknown = stored.get('checkedAt');
    const isRecent =
      checkedAt instanceof Timestamp && stored.readTime.toMillis() - checkedAt.toMillis() < minIntervalMs;
    if (isRecent) return false;
    transaction.set(stored.ref, { checkedAt: FieldValue.serverTimestamp() }, { merge: true });
    return true;
  });
}

export async function writeVersion(db: Firestore, version: StoredVersion): Promise<void> {
  await db
    .doc(paths.whatsappVersion)
    .set({ version: [...version], learnedAt: FieldValue.serverTimestamp() }, { merge: true });
}
