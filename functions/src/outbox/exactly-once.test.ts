import { COLLECTIONS, paths } from '@switchboard/contract/paths';
import assert from 'node:assert/strict';
import { delivered } from '../store/emulated.ts';
import { EmulatedOutbox } from '../store/emulated-outbox.ts';
import { onOutboxCreated } from './on-outbox-created.ts';

describe('events that come three times, at once and out of order,', () => {
  let emulated: EmulatedOutbox;
  before(() => {
    emulated = new EmulatedOutbox();
  });
  after(() => emulated.project.close());

  const deliver = (id: string): Promise<void> => delivered(() => onOutboxCreated(emulated.deps, id));

  it('make one message each, in one thread, however the customer is named', async () => {
    const agent = await emulated.project.addUser('agent');
    const accountId = await emulated.addAccount();
    const spellings = [
      { toPhone: '+40722000111' },
      { toJid: '40722000111@s.whatsapp.net' },
      { toPhone: '0722 000 111' },
    ];
    const ids = await Promise.all(
      Array.from({ length: 4 }, (_, index) =>
        emulated.queue(
          { createdBy: agent, accountId, ...spellings[index % spellings.length] },
          `entry-${String(index)}`,
        ),
      ),
    );
    const events = [...ids, ...ids.toReversed(), ...ids.slice(2), ...ids.slice(0, 2)];
    await Promise.all(events.map(deliver));
    for (const id of ids.toReversed()) await onOutboxCreated(emulated.deps, id);

    const { db } = emulated.project;
    const entries = await Promise.all(ids.map((id) => emulated.read(paths.outbox(id))));
    assert.deepEqual(new Set(entries.map(({ status }) => status)), new Set(['routed']));
    const threads = await db.collection(COLLECTIONS.threads).where('accountId', '==', accountId).get();
    assert.equal(threads.size, 1);
    const messages = await db.collection(paths.messages(threads.docs[0]?.id ?? '')).get();
    const outboxIds = messages.docs.map((message) => String(message.get('outboxId')));
    assert.deepEqual(outboxIds.sort(), [...ids].sort());
  });

  it('route an entry once when they show it as it was, and leave it alone once a host has it', async () => {
    const agent = await emulated.project.addUser('agent');
    const accountId = await emulated.addAccount();
    const id = await emulated.queue({ createdBy: agent, accountId, toPhone: '+40722000112' }, 'entry-shown');
    const entry = emulated.project.db.doc(paths.outbox(id));
    const shown = await entry.get();
    assert.ok(shown.updateTime);
    const seen = { document: shown.data() ?? {}, version: shown.updateTime };
    const deliverShown = () => onOutboxCreated(emulated.deps, id, seen).catch(() => deliver(id));
    await Promise.all([deliverShown(), deliver(id), deliverShown()]);
    const { status, threadId } = await emulated.read(paths.outbox(id));
    assert.equal(status, 'routed');
    assert.equal((await emulated.project.db.collection(paths.messages(String(threadId))).get()).size, 1);
    await entry.update({ status: 'processing' });
    const claimed = await entry.get();
    await onOutboxCreated(emulated.deps, id, seen);
    assert.deepEqual((await entry.get()).updateTime, claimed.updateTime);
  });
});
