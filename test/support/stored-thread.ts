/** Threads written straight into Firestore, far longer than anybody would send through a simulated phone. */
import { paths } from '@switchboard/contract/paths';
import { Timestamp, type Firestore } from 'firebase-admin/firestore';

/** The most Firestore takes in one batch. */
const BATCH = 500;
/** The account they all are of; no such account need be. */
const ACCOUNT = 'stored';

export interface StoredThread {
  readonly threadId: string;
  readonly name: string;
  /** Of the newest message. */
  readonly at: Date;
  /** The newest so many are the customer's; of those before them every second one is ours. */
  readonly unread?: number;
  readonly tags?: readonly string[];
}

/** The text of a message; `n` counts from the newest, which is 0. */
export type TextOf = (n: number) => string;

export function messageIdOf(n: number): string {
  return `STORED${String(n).padStart(6, '0')}`;
}

const isOurs = ({ unread = 0 }: StoredThread, n: number): boolean => n >= unread && n % 2 === 0;

function threadFields(thread: StoredThread, newest: number, textOf: TextOf): object {
  const { name, at, unread = 0, tags = [] } = thread;
  return {
    ...{ accountId: ACCOUNT, team: 'main', displayName: name, isGroup: false, archived: false },
    ...{ clientJid: '0@s.whatsapp.net', phoneE164: null, lid: null, assignedTo: null, searchTokens: [], tags },
    lastMessageAt: Timestamp.fromDate(at),
    lastMessageText: textOf(newest),
    lastMessageId: messageIdOf(newest),
    lastMessageDirection: isOurs(thread, newest) ? 'outbound' : 'inbound',
    unreadCount: unread,
  };
}

/** @param ageMs before the thread's newest message. */
export function messageFields(thread: StoredThread, n: number, text: string, ageMs: number): object {
  const { threadId } = thread;
  const at = Timestamp.fromMillis(thread.at.getTime() - ageMs);
  const byUs = isOurs(thread, n);
  return {
    ...{ accountId: ACCOUNT, threadId, team: 'main', clientJid: '0@s.whatsapp.net', kind: 'text', body: text },
    ...{ direction: byUs ? 'outbound' : 'inbound', status: byUs ? 'read' : 'received' },
    ...{
      waMessageId: messageIdOf(n),
      senderJid: null,
      senderName: null,
      searchTokens: [],
      error: null,
      outboxId: null,
    },
    ...{ tsClient: at, tsServer: at, createdAt: at, createdBy: byUs ? 'demo-agent' : null },
  };
}

export async function inBatches(
  db: Firestore,
  count: number,
  of: (n: number) => readonly [string, object],
): Promise<void> {
  for (let start = 0; start < count; start += BATCH) {
    const batch = db.batch();
    for (let n = start; n < Math.min(start + BATCH, count); n += 1) {
      const [path, fields] = of(n);
      batch.set(db.doc(path), fields);
    }
    await batch.commit();
  }
}

/** @param newest which message is the last: its number decides whose it is. */
export async function writeThreads(
  db: Firestore,
  count: number,
  of: (n: number) => StoredThread & { readonly newest: number },
  textOf: TextOf,
): Promise<void> {
  await inBatches(db, count, (n) => {
    const { newest, ...thread } = of(n);
    return [paths.thread(thread.threadId), threadFields(thread, newest, textOf)];
  });
}

/** Writes a thread's messages, the newest first, so many ms apart. */
export async function writeMessages(
  db: Firestore,
  thread: StoredThread,
  { count, everyMs, textOf }: { readonly count: number; readonly everyMs: number; readonly textOf: TextOf },
): Promise<void> {
  await inBatches(db, count, (n) => [
    paths.message(thread.threadId, messageIdOf(n)),
    messageFields(thread, n, textOf(n), n * everyMs),
  ]);
}
