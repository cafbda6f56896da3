/** The last WhatsApp Web version that was learned, shared by all hosts, and who may ask for a newer one when. */
import { paths } from '@switchboard/contract/paths';
import { FieldValue, Timestamp, type Firestore } from 'firebase-admin/firestore';
import { z } from 'zod';
import { asRead, undisturbed } from './undisturbed.ts';

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
  await db
    .doc(paths.whatsappVersion)
    .set({ version: [...version], learnedAt: FieldValue.serverTimestamp() }, { merge: true });
}
