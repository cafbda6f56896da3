/** Finds the thread of a customer, whichever of their spellings the wire used, and what is to be known of it before a message is stored. */
import { identityIdOf, threadIdOf } from '@switchboard/contract/ids';
import { parseJid } from '@switchboard/contract/jid';
import { paths } from '@switchboard/contract/paths';
import { identitySchema, type Thread } from '@switchboard/contract/thread';
import { Timestamp, type DocumentSnapshot, type Firestore } from 'firebase-admin/firestore';
import { awaitedBy, readAwaited } from './early-changes.ts';

/** What is remembered of a thread between two messages, so that the second one needs no read. */
export interface KnownThread {
  readonly threadId: string;
  readonly clientJid: string;
  readonly isNew: boolean;
  /** Spellings of this person that do not point here yet. */
  readonly missingJids: readonly string[];
  lastMessageAtMs: number;
  /** Where the customer's newest message stands. */
  lastInboundAtMs: number;
  /** What the list shows, and what it is searched by; `null` where there is no thread yet. */
  readonly displayName: string | null;
  readonly phoneE164: string | null;
  /** Whether it has search tokens: threads of an earlier version have none. */
  readonly isSearchable: boolean;
  /** Messages that were changed before they came. */
  readonly awaited: readonly string[];
  /** The thread's document as this is known of it; `null` where there is none. */
  readonly version: Timestamp | null;
}

export interface Customer {
  /** Bare jids of one person or group, the wire's own spelling first. */
  readonly jids: readonly string[];
  readonly displayName: string | null;
}

/** Finds the one thread all these spellings share, or names the thread to be made. Reads one identity per spelling, and the thread. */
export async function findThread(db: Firestore, accountId: string, customer: Customer): Promise<KnownThread> {
  const references = customer.jids.map((jid) => db.doc(paths.identity(identityIdOf(accountId, jid))));
  const identities = await db.getAll(...references);
  const threadIds = identities.map((snapshot) =>
    snapshot.exists ? identitySchema.parse(snapshot.data()).threadId : null,
  );
  const missingJids = customer.jids.filter((_, index) => threadIds[index] === null);
  const found = threadIds.find((threadId) => threadId !== null);
  const lid = customer.jids.find((jid) => parseJid(jid)?.kind === 'lid');
  const clientJid = lid ?? customer.jids[0] ?? '';
  const thread = found === undefined ? null : await db.doc(paths.thread(found)).get();
  // Somebody may have deleted the thread and left what points at it: then it is made anew.
  if (thread?.exists) return { ...knownOf(thread, lid ?? null, clientJid), missingJids };
  const threadId = found ?? threadIdOf(accountId, customer.jids[0] ?? '');
  return { ...NOTHING_KNOWN, threadId, clientJid, missingJids, awaited: await readAwaited(db, threadId) };
}

/** Whether the customer of this thread has written to us since there is one. */
export async function hasCustomerWritten(db: Firestore, threadId: string): Promise<boolean> {
  return (await db.doc(paths.thread(threadId)).get()).get('lastInboundAt') instanceof Timestamp;
}

const NOTHING_KNOWN = {
  ...{ isNew: true, lastMessageAtMs: 0, lastInboundAtMs: 0, displayName: null, phoneE164: null },
  ...{ isSearchable: false, version: null },
} as const;

function knownOf(thread: DocumentSnapshot, lid: string | null, fallbackJid: string): Omit<KnownThread, 'missingJids'> {
  const millisOf = (field: 'lastMessageAt' | 'lastInboundAt'): number => {
    const at: unknown = thread.get(field);
    return at instanceof Timestamp ? at.toMillis() : 0;
  };
  const textOf = (field: keyof Thread): string | null => {
    const text: unknown = thread.get(field);
    return typeof text === 'string' ? text : null;
  };
  return {
    threadId: thread.id,
    clientJid: lid ?? textOf('clientJid') ?? fallbackJid,
    isNew: false,
    lastMessageAtMs: millisOf('lastMessageAt'),
    lastInboundAtMs: millisOf('lastInboundAt'),
    displayName: textOf('displayName'),
    phoneE164: textOf('phoneE164'),
    isSearchable: thread.get('searchTokens') !== undefined,
    awaited: awaitedBy(thread),
    version: thread.updateTime ?? null,
  };
}
