/** A process that has read and decided, and whose writes are on their way, in tests: they land when the test says so. */
import type { DocumentReference, Firestore } from 'firebase-admin/firestore';
import { altered } from '../altered.ts';

export interface HeldWrites {
  /** Firestore as that process has it. */
  readonly db: Firestore;
  /** Resolves once so many writes are on their way. */
  readonly whenUnderWay: (count: number) => Promise<void>;
  /** What is on its way lands now, and what follows at once. */
  readonly letLand: () => void;
}

export function heldWrites(db: Firestore): HeldWrites {
  const landing = Promise.withResolvers<undefined>();
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  let underWay = 0;
  const held = async <T>(write: () => Promise<T>): Promise<T> => {
    underWay += 1;
    for (const { count, resolve } of waiting) if (underWay >= count) resolve();
    await landing.promise;
    return write();
  };
  const heldDocument = (reference: DocumentReference): DocumentReference =>
    altered(reference, {
      update: ((...change: Parameters<DocumentReference['update']>) =>
        held(() => reference.update(...change))) as DocumentReference['update'],
      delete: (precondition) => held(() => reference.delete(precondition)),
    });
  return {
    db: altered(db, {
      doc: (path) => heldDocument(db.doc(path)),
      batch: () => {
        const batch = db.batch();
        return altered(batch, { commit: () => held(() => batch.commit()) });
      },
    }),
    whenUnderWay: (count) => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      waiting.push({
        count,
        resolve: () => {
          resolve(undefined);
        },
      });
      if (underWay >= count) resolve(undefined);
      return promise;
    },
    letLand: () => {
      landing.resolve(undefined);
    },
  };
}
