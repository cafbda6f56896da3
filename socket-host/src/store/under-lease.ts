/**
 * What only the present owner of an account may write. What whoever takes an account writes too (the account itself, its session) is
 * refused to a former owner by its version. Anything else is written in one commit with the lease, on the condition that nobody has
 * taken that since it was read. This costs a write, so it is for what happens rarely.
 */
import { paths } from '@switchboard/contract/paths';
import {
  FieldValue,
  type DocumentReference,
  type DocumentSnapshot,
  type Firestore,
  type WriteBatch,
} from 'firebase-admin/firestore';
import type { HeldLease } from './leases.ts';
import { asRead, undisturbed, type KnownVersion } from './undisturbed.ts';

/** For how long one host owns an account. */
export type Tenure = Pick<HeldLease, 'accountId' | 'epoch'>;

/** Whether the account has been taken or given back since. */
export function isTenureOver(lease: DocumentSnapshot, { epoch }: Tenure): boolean {
  // A lease that was given back keeps its epoch and names nobody.
  return lease.exists && (Number(lease.get('epoch')) > epoch || lease.get('hostId') === null);
}

/** `fenced`: the account is not ours any more, and nothing was written. */
export type UnderLease =
  | { readonly became: 'written'; /** Of what was written first. */ readonly version: KnownVersion }
  | { readonly became: 'unchanged' | 'fenced' };

/**
 * @param read the documents that decide.
 * @param add adds what follows from them, with `asRead` (or `create`) where it does. @returns whether anything does.
 * @throws the Firestore error.
 */
export async function underLease(
  db: Firestore,
  tenure: Tenure,
  read: readonly DocumentReference[],
  add: (batch: WriteBatch, found: readonly DocumentSnapshot[]) => boolean,
): Promise<UnderLease> {
  return undisturbed(async () => {
    const [lease, ...found] = await db.getAll(db.doc(paths.lease(tenure.accountId)), ...read);
    if (!lease || isTenureOver(lease, tenure)) return { became: 'fenced' };
    const batch = db.batch();
    if (!add(batch, found)) return { became: 'unchanged' };
    if (lease.exists) batch.update(lease.ref, { updatedAt: FieldValue.serverTimestamp() }, asRead(lease));
    const [written] = await batch.commit();
    if (!written) throw new Error('Firestore answered a commit without a result');
    return { became: 'written', version: written.writeTime };
  });
}
