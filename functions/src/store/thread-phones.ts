/** Which threads of an account carry which number. */
import { accountSchema } from '@switchboard/contract/account';
import { paths } from '@switchboard/contract/paths';
import { threadSchema } from '@switchboard/contract/thread';
import type { Firestore } from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { addAudit } from './audit.ts';
import { isDocumentId } from './document-id.ts';
import { threadsOfAccount } from './queries.ts';
import { pagesOf } from './sweeping.ts';

const MAX_THREADS = 20_000;
const threadPart = z.pick(threadSchema, { phoneE164: true });

export interface ThreadPhones {
  readonly phones: ReadonlyMap<string, readonly string[]>;
  readonly looked: number;
  readonly isComplete: boolean;
}

export async function readTeam(db: Firestore, accountId: string): Promise<string | null> {
  if (!isDocumentId(accountId)) return null;
  const account = await db.doc(paths.account(accountId)).get();
  return account.exists ? z.pick(accountSchema, { team: true }).parse(account.data()).team : null;
}

export async function readThreadPhones(db: Firestore, accountId: string, by: string): Promise<ThreadPhones> {
  const phones = new Map<string, string[]>();
  let looked = 0;
  let isComplete = true;
  for await (const snapshot of pagesOf(threadsOfAccount(db, accountId), ['phoneE164'])) {
    if (looked === MAX_THREADS) {
      isComplete = false;
      break;
    }
    looked += 1;
    const { phoneE164 } = threadPart.parse(snapshot.data());
    if (phoneE164 !== null) phones.set(phoneE164, [...(phones.get(phoneE164) ?? []), snapshot.id]);
  }
  await db.runTransaction((tx) => {
    addAudit(db, tx, { action: 'threads.cleanup', by, accountId, target: accountId, details: { looked } });
    return Promise.resolve();
  });
  return { phones, looked, isComplete };
}
