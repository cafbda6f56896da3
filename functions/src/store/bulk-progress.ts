/**
 * One step of a bulk send: recipients, their outbox entries and the counts in one commit, conditional on the bulk send being as
 * it was read. So a step that is killed left nothing, of two at once one is void, and after a cancel no entry can be made. Whether
 * it may go on is asked in each step, before any entry is made.
 */
import { bulkRecipientSchema, bulkSendSchema, senderOf, type BulkSend } from '@switchboard/contract/bulk';
import { errorSchema, type ErrorInfo } from '@switchboard/contract/failure';
import { bulkRequestIdOf } from '@switchboard/contract/ids';
import { outboxStatusSchema } from '@switchboard/contract/outbox';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, type DocumentSnapshot, type Firestore, type Timestamp } from 'firebase-admin/firestore';
import * as z from 'zod/mini';
import { decideProgress, windowOf, type HandedOver, type Progress, type Waiting } from '../bulk/decide-progress.ts';
import { readBulkAccount, readOptedOut, type BulkAccount } from './bulk-sends.ts';
import { bulkSendsIn, recipientsIn } from './queries.ts';

/** How many entries one commit makes; each is two writes, and a commit stays below 500. */
const HANDED_OVER_AT_ONCE = 120;
const SETTLED_AT_ONCE = 200;
/** A commit may hold 10 MiB; texts are its bulk. */
const MAX_TEXT_AT_ONCE = 2_000_000;

const recipientPart = z.pick(bulkRecipientSchema, { phoneE164: true, variables: true });

export interface Step {
  readonly bulk: BulkSend;
  readonly progress: Progress;
  /** Of those handed over, the outbox entries that wait still: what a cancel takes back. */
  readonly openRequestIds: readonly string[];
}

interface Read {
  readonly bulkId: string;
  readonly bulk: BulkSend;
  readonly version: Timestamp;
}

/** Says why a bulk send must not go on; `null` when it may. */
type Judge = (bulk: BulkSend, account: BulkAccount | null) => Promise<ErrorInfo | null>;

/** @returns what was done; `void` when there was nothing to do, or somebody else did it. */
export async function stepBulk(db: Firestore, bulkId: string, judge: Judge): Promise<Step | 'void'> {
  const snapshot = await db.doc(paths.bulkSend(bulkId)).get();
  if (!snapshot.exists || !snapshot.updateTime) return 'void';
  const bulk = bulkSendSchema.parse(snapshot.data());
  const read: Read = { bulkId, bulk, version: snapshot.updateTime };
  if (bulk.state !== 'running' && bulk.state !== 'paused' && bulk.state !== 'cancelling') return 'void';
  const handedOver = await readHandedOver(db, bulkId);
  const openIds = handedOver.filter(({ status }) => isOpen(status)).map(({ recipientId }) => recipientId);
  const { waiting, obstacle } = await readNext(db, read, openIds.length, judge);
  const progress = decideProgress(
    bulk,
    handedOver.filter(({ status }) => !isOpen(status)).slice(0, SETTLED_AT_ONCE),
    thatFit(bulk, waiting),
    obstacle,
  );
  const openRequestIds = openIds.map((id) => bulkRequestIdOf(bulkId, id));
  const isIdle = progress.changes.length === 0 && progress.state === bulk.state;
  if (isIdle) return { bulk, progress, openRequestIds };
  const isWritten = await commit(db, read, progress);
  return isWritten ? { bulk, progress, openRequestIds } : 'void';
}

function isOpen(status: HandedOver['status']): boolean {
  return status === 'queued' || status === 'scheduled' || status === 'routed' || status === 'processing';
}

/** As many of those waiting as one commit holds the texts of. */
function thatFit(bulk: BulkSend, waiting: readonly Waiting[]): readonly Waiting[] {
  const longest = Math.max(1, ...waiting.map(({ recipient }) => sizeOf(bulk.template, recipient.variables)));
  return waiting.slice(0, Math.max(1, Math.floor(MAX_TEXT_AT_ONCE / longest)));
}

function sizeOf(template: string, variables: Readonly<Record<string, string>>): number {
  return template.length + Object.values(variables).reduce((total, value) => total + value.length, 0);
}

async function readHandedOver(db: Firestore, bulkId: string): Promise<HandedOver[]> {
  const { docs } = await recipientsIn(db, bulkId, 'handed_over').select().get();
  const [first, ...rest] = docs.map(({ id }) => db.doc(paths.outbox(bulkRequestIdOf(bulkId, id))));
  if (!first) return [];
  const entries = await db.getAll(first, ...rest, { fieldMask: ['status', 'error'] });
  return docs.map(({ id }, index) => ({ recipientId: id, ...endOf(entries[index]) }));
}

function endOf(entry: DocumentSnapshot | undefined): Pick<HandedOver, 'status' | 'error'> {
  if (!entry?.exists) return { status: null, error: null };
  const error = errorSchema.safeParse(entry.get('error'));
  return { status: outboxStatusSchema.parse(entry.get('status')), error: error.success ? error.data : null };
}

interface Next {
  readonly waiting: readonly Waiting[];
  readonly obstacle: ErrorInfo | null;
}

/** Who is handed over next, or why nobody may be. One that runs and has nobody left ends by itself, whatever stands in the way. */
async function readNext(db: Firestore, { bulkId, bulk }: Read, open: number, judge: Judge): Promise<Next> {
  const { accountId, state, counts } = bulk;
  const endsByItself = state === 'running' && counts.waiting === 0;
  if (state === 'cancelling' || endsByItself) return { waiting: [], obstacle: null };
  const account = await readBulkAccount(db, accountId);
  const obstacle = await judge(bulk, account);
  if (obstacle || !account || state === 'paused') return { waiting: [], obstacle };
  const room = windowOf(account.limits.perMinute) - open;
  return { waiting: await readWaiting(db, bulkId, accountId, room), obstacle: null };
}

async function readWaiting(db: Firestore, bulkId: string, accountId: string, room: number): Promise<Waiting[]> {
  if (room <= 0) return [];
  const { docs } = await recipientsIn(db, bulkId, 'waiting').limit(Math.min(room, HANDED_OVER_AT_ONCE)).get();
  const found = docs.map((one) => ({ recipientId: one.id, recipient: recipientPart.parse(one.data()) }));
  const optedOut = await readOptedOut(
    db,
    accountId,
    found.map(({ recipient }) => recipient.phoneE164),
  );
  return found.map((one) => ({ ...one, isOptedOut: optedOut.has(one.recipient.phoneE164) }));
}

async function commit(db: Firestore, { bulkId, bulk, version }: Read, progress: Progress): Promise<boolean> {
  const { changes, counts, state, error: why } = progress;
  const at = FieldValue.serverTimestamp();
  const batch = db.batch();
  const ended = state === 'done' || state === 'cancelled' ? { endedAt: at } : {};
  batch.update(
    db.doc(paths.bulkSend(bulkId)),
    { counts, state, error: why, updatedAt: at, ...ended },
    { lastUpdateTime: version },
  );
  for (const { recipientId, state: to, error, entry } of changes) {
    batch.update(db.doc(paths.bulkRecipient(bulkId, recipientId)), { state: to, error, updatedAt: at });
    if (!entry) continue;
    batch.create(db.doc(paths.outbox(bulkRequestIdOf(bulkId, recipientId))), {
      accountId: bulk.accountId,
      toPhone: entry.toPhone,
      payload: { kind: 'text', text: entry.text },
      status: 'queued',
      createdBy: senderOf(bulk),
      createdAt: at,
    });
  }
  try {
    await batch.commit();
    return true;
  } catch (error) {
    // gRPC statuses FAILED_PRECONDITION and ABORTED: the bulk send was changed since it was read.
    if (error instanceof Error && 'code' in error && (error.code === 9 || error.code === 10)) return false;
    throw error;
  }
}

/** The bulk sends that may have something to do. */
export async function activeBulkIds(db: Firestore): Promise<string[]> {
  const { docs } = await bulkSendsIn(db, ['running', 'paused', 'cancelling']).select().get();
  return docs.map(({ id }) => id);
}
