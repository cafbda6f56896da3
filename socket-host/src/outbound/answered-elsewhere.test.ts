import assert from 'node:assert/strict';
import { errorOf } from '@switchboard/contract/failure';
import { paths } from '@switchboard/contract/paths';
import { Timestamp, type DocumentReference, type DocumentSnapshot, type Firestore } from 'firebase-admin/firestore';
import { altered } from '../altered.ts';
import { freshId } from '../store/emulator.ts';
import { readEntry } from '../store/outbox.ts';
import { AccountOutboxScene } from './account-outbox-scene.ts';
import { FREE, LaneScene } from './lane-scene.ts';

const NOW_MS = Date.now();
const at = (ms: number): Timestamp => Timestamp.fromMillis(ms);
const NO_NEW_CHATS = { ...FREE, hold: { error: errorOf('new_chats_restricted'), since: at(NOW_MS), until: null } };

/** Firestore, with one document that does something else. */
function withOther(
  db: Firestore,
  path: string,
  other: (real: DocumentReference) => Partial<DocumentReference>,
): Firestore {
  return altered(db, {
    doc: (asked) => (asked === path ? altered(db.doc(path), other(db.doc(path))) : db.doc(asked)),
  });
}

describe('a first contact whose customer has answered a former owner of the account', () => {
  let scene: AccountOutboxScene;
  let threadId: string;

  beforeEach(async () => {
    scene = new AccountOutboxScene();
    threadId = freshId('thread');
    await scene.db.doc(paths.thread(threadId)).set({ lastInboundAt: at(NOW_MS) });
  });

  const older = { createdAt: at(NOW_MS - 2), isFirstContact: true } as const;
  const putOff = { status: 'scheduled', nextAttemptAt: at(NOW_MS + 3_600_000) } as const;
  const ofNewer = [
    ['was written after the answer', {}],
    ['only reacts', { payload: { kind: 'reaction', targetId: 'M', emoji: '👍' } }],
  ] as const;

  for (const [what, state] of [
    ['is due', {}],
    ['was put off', putOff],
  ] as const) {
    for (const [which, newer] of ofNewer) {
      it(`and that ${what} goes before what ${which}`, async () => {
        const outbox = scene.open(NO_NEW_CHATS);
        const first = await scene.written({ threadId, ...older, ...state });
        const second = await scene.written({ threadId, createdAt: at(NOW_MS - 1), ...newer });
        if (state !== putOff) outbox.admit(first);
        outbox.admit(second);
        outbox.inView();
        assert.equal(await scene.firstSent, first.data.waMessageId);
        await outbox.stop();
      });
    }
  }

  it('waits for what else it has to, and says that', async () => {
    const hour = (offset: number): string =>
      `${String((new Date(NOW_MS).getUTCHours() + 24 + offset) % 24).padStart(2, '0')}:00`;
    const quietHours = { from: hour(-1), to: hour(3), timeZone: 'UTC' };
    const outbox = scene.open({ ...NO_NEW_CHATS, limits: { ...FREE.limits, quietHours } });
    const first = await scene.written({ threadId, ...older });
    outbox.admit(first);
    outbox.inView();
    await scene.isIn('scheduled', first);
    await outbox.stop();
    assert.equal((await readEntry(scene.db, first.requestId))?.data.error?.code, 'quiet_hours');
  });
});

describe('a first contact whose customer answers at the moment it is put off', () => {
  let scene: LaneScene;
  let threadId: string;
  const fields = () => ({ threadId, isFirstContact: true });

  beforeEach(() => {
    scene = new LaneScene();
    threadId = freshId('thread');
    scene.answers = [() => Promise.resolve({ kind: 'acked', serverAt: null })];
  });

  it('goes, if its thread is read just before', async () => {
    const entry = await scene.written(fields());
    const { db } = scene;
    scene.db = withOther(db, paths.thread(threadId), (real) => ({
      get: async (): Promise<DocumentSnapshot> => {
        const before = await real.get();
        runner.answered(threadId);
        return before;
      },
    }));
    const runner = scene.open(NO_NEW_CHATS);
    runner.enqueue(entry, true);
    await scene.background.done();
    assert.equal((await scene.stored(entry.requestId)).data.status, 'sent');
  });

  it('is looked for once it is, since the look for the answer’s sake did not find it put off', async () => {
    const entry = await scene.written(fields());
    const path = paths.outbox(entry.requestId);
    const looks: string[] = [];
    const { db } = scene;
    scene.older = {
      doubt: () => undefined,
      isInSight: (looked) => looks.push(looked) > 0,
    };
    scene.db = withOther(db, path, (real) => ({
      update: ((...change: Parameters<DocumentReference['update']>) => {
        runner.answered(threadId);
        looks.length = 0;
        return real.update(...change);
      }) as DocumentReference['update'],
    }));
    const runner = scene.open(NO_NEW_CHATS);
    runner.enqueue(entry, true);
    await scene.background.done();
    assert.equal((await scene.stored(entry.requestId)).data.status, 'scheduled');
    assert.deepEqual(looks, [threadId]);
  });
});
