/** What becomes of a message that can never be stored as it is, and of those behind it. */
import assert from 'node:assert/strict';
import { systemClock, type Clock } from '../clock.ts';
import { emulatedFirestore, freshId } from '../store/emulator.ts';
import { momentOf } from '../store/firestore.ts';
import { MessageStatusWriter } from '../store/message-status.ts';
import { createLogger } from '../telemetry/logger.ts';
import type { WireMessage } from '../whatsapp/types.ts';
import { Intake } from './intake.ts';
import { storeOrNote } from './stubborn-message.ts';

const ANA = '9871234@lid';

/** A clock that waits for nothing. */
const eager: Clock = { ...systemClock, after: (_ms, task) => systemClock.after(0, task) };

function written(changes: Partial<WireMessage> = {}): WireMessage {
  return {
    ...{ waMessageId: freshId('WIRE'), source: 'live', chatJid: ANA, chatAltJid: '40712345678@s.whatsapp.net' },
    ...{ isGroup: false, fromMe: false, senderJid: ANA, senderName: 'Ana', sentAt: new Date(1_700_000_000_000) },
    content: { kind: 'text', text: 'hello' },
    ...changes,
  };
}

const coded = (code: number): Error => Object.assign(new Error('refused'), { code });

describe('a message that fails the same way each time', () => {
  const db = emulatedFirestore();

  it('is noted in its place with who and when, people are told, and those behind it are stored', async () => {
    const accountId = freshId('account');
    const lines: string[] = [];
    const logger = createLogger('info', 'host', { write: (line: string) => void lines.push(line) });
    const statuses = new MessageStatusWriter(db, accountId, eager);
    const intake = new Intake({
      db,
      accountId,
      epoch: 1,
      team: 'main',
      statuses,
      clock: eager,
      logger,
      isHeld: () => true,
    });
    // Such a target never comes from the wire.
    const odd = written({ content: { kind: 'reaction', targetId: 'a/b', emoji: '👍', at: null } });
    const unknown = written({ content: { kind: 'text', text: 'no such time' }, sentAt: new Date(Number.NaN) });
    const next = written();
    const stored = [odd, unknown, next].map((each) => intake.takeMessage(each));
    assert.deepEqual(await Promise.all(stored), [true, false, true], 'not even a note of the second can be stored');
    const { docs } = await db.collection(`threads/${accountId}__${ANA}/messages`).get();
    const byId = new Map(docs.map((snapshot) => [snapshot.id, snapshot]));
    assert.deepEqual([...byId.keys()].toSorted(), [odd.waMessageId, next.waMessageId].toSorted());
    const note = byId.get(odd.waMessageId);
    assert.deepEqual([note?.get('kind'), note?.get('body')], ['unsupported', '[reaction]']);
    assert.deepEqual([note?.get('senderName'), note?.get('tsClient')], ['Ana', momentOf(new Date(1_700_000_000_000))]);
    const incident = await db.doc(`incidents/${accountId}__message_unstored`).get();
    assert.deepEqual([incident.get('resolvedAt'), incident.get('details.kind')], [null, 'text']);
    const log = lines.join('');
    assert.ok(log.includes('a note stands in its place') && log.includes('stays in the journal'));
    assert.ok(!log.includes('9871234') && !log.includes('40712345678'), 'no number is logged');
  });

  it('is told from what is only late: that is waited for as long as it takes', async () => {
    let tries = 0;
    const asItIs = (): Promise<void> => {
      tries += 1;
      return tries === 40 ? Promise.resolve() : Promise.reject(coded([14, 4, 8, 10][tries % 4] ?? 14));
    };
    const asNote = (): Promise<void> => Promise.reject(new Error('nobody asked for a note'));
    const storing = {
      asItIs,
      asNote,
      isAnswering: () => Promise.resolve(true),
      isStopped: () => false,
      onFailure: () => undefined,
    };
    assert.equal(await storeOrNote(eager, storing), 'stored');
    assert.equal(tries, 40);
  });

  it('is believed to, when Firestore will not have it or our own code fails, only after five tries while Firestore answers', async () => {
    for (const error of [coded(3), new TypeError('not a function')]) {
      let [tries, notes] = [0, 0];
      const asItIs = (): Promise<void> => {
        tries += 1;
        return Promise.reject(error);
      };
      const asNote = (): Promise<void> => {
        notes += 1;
        return Promise.resolve();
      };
      const isAnswering = (): Promise<boolean> => Promise.resolve(tries > 10);
      await storeOrNote(eager, { asItIs, asNote, isAnswering, isStopped: () => false, onFailure: () => undefined });
      assert.deepEqual([tries, notes], [15, 1]);
    }
  });
});
