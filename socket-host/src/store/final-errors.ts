/** Which failures of a write another try cannot change. */
import { paths } from '@switchboard/contract/paths';
import type { Firestore } from 'firebase-admin/firestore';

/** Firestore can never take what it was given. Source: google.rpc.Code. */
const INVALID_ARGUMENT = 3;

/**
 * Whether it looks as if it failed the same way each time: Firestore refused what was to be written, or its library or our own code
 * could make nothing of it. What has another code comes from the network, from Firestore's being away or from somebody else's write.
 * It is certain only while Firestore answers: the library's errors of signing in have no code either.
 */
export function isFinal(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || error.code === undefined) return true;
  return error.code === INVALID_ARGUMENT;
}

/** Whether Firestore answers us at this moment. */
export async function isAnswering(db: Firestore, accountId: string): Promise<boolean> {
  try {
    await db.doc(paths.account(accountId)).get();
    return true;
  } catch {
    return false;
  }
}
