import assert from 'node:assert/strict';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { linkByQr, messagesOf, whenOutbox } from '../support/journey.ts';
import { beginTalk, send, whenShown, whenStored, type Talk } from '../support/content.ts';
import { simulator } from '../support/simulator-client.ts';
import { startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';

describe('a host that is killed between a message and what is done to it', () => {
  let agent: Staff;
  let talk: Talk;
  let host: HostProcess;

  before(async () => {
    host = await startHost();
    agent = await signInAs('agent');
    talk = await beginTalk(agent, await linkByQr(await signInAs('admin'), 'Shop'), 'Ana');
  });
  after(() => host.stop());

  it('leaves changes of staff to the next host, in order, each once', async () => {
    // The network takes the next change and its ack is lost, so the host dies not knowing.
    await simulator.fault({ account: talk.phone, kind: 'swallow-ack', times: 1 });
    const uncertain = await send(agent, talk, { kind: 'edit', targetId: talk.ours, text: 'first edit' });
    await whenShown(talk, 'the edit', ({ id, text }) => id === talk.ours && text === 'first edit');
    await host.kill();
    const pending = await whenStored(
      talk,
      talk.ours,
      'the pending edit',
      ({ pendingChange }) => pendingChange !== null,
    );
    assert.deepEqual([pending.editedAt, pending.pendingChange?.text], [null, 'first edit']);
    const meanwhile = [
      await send(agent, talk, { kind: 'edit', targetId: talk.ours, text: 'second edit' }),
      await send(agent, talk, { kind: 'reaction', targetId: talk.theirs, emoji: '👍' }),
    ];
    for (const { requestId } of meanwhile) await whenOutbox(requestId, 'routed');
    host = await startHost();
    for (const { requestId } of [uncertain, ...meanwhile]) await whenOutbox(requestId, 'sent', 90_000);
    const stored = await whenStored(talk, talk.ours, 'the last edit', ({ pendingChange }) => pendingChange === null);
    assert.equal(stored.body, 'second edit');
    await whenShown(talk, 'the last edit', ({ id, text, copies }) => {
      return id === talk.ours && text === 'second edit' && copies === 1;
    });
    await whenShown(talk, 'the reaction', ({ id, reactions }) => id === talk.theirs && reactions.length === 1);
    const shown = (await simulator.messages(talk.customer, talk.phone)).filter(({ fromMe }) => !fromMe);
    assert.deepEqual(
      shown.map(({ id, undecryptable }) => [id, undecryptable]),
      [[talk.ours, 0]],
    );
  });

  it('finds what the customer did meanwhile, in order', async () => {
    const theirs = await simulator.send(talk.customer, { to: talk.phone, text: 'helo' });
    await whenStored(talk, theirs, 'the message', () => true);
    const count = (await messagesOf(talk.threadId)).length;
    await host.kill();
    await simulator.edit(talk.customer, talk.phone, theirs, 'hello');
    await simulator.react(talk.customer, talk.phone, talk.ours, '👍');
    await simulator.react(talk.customer, talk.phone, talk.ours, '❤️');
    const late = await simulator.send(talk.customer, { to: talk.phone, text: 'never mind' });
    await simulator.delete(talk.customer, talk.phone, late);
    host = await startHost();
    await whenStored(talk, theirs, 'the edit', ({ body }) => body === 'hello');
    await whenStored(talk, talk.ours, 'the last reaction', ({ reactions }) => {
      return (
        Object.values(reactions)
          .map(({ emoji }) => emoji)
          .join() === '❤️'
      );
    });
    const deleted = await whenStored(talk, late, 'the deletion', ({ deletedAt }) => deletedAt !== null);
    assert.equal(deleted.body, '');
    assert.equal((await messagesOf(talk.threadId)).length, count + 1);
  });

  it('learns that customers read what was written on the phone meanwhile, although the receipts come before the messages', async () => {
    await host.kill();
    const texts = ['written on the phone', 'and once more'];
    const sent: string[] = [];
    for (const text of texts) sent.push(await simulator.send(talk.phone, { to: talk.customer, text }));
    for (const each of sent) await whenShown(talk, 'what the phone wrote', ({ id }) => id === each);
    await simulator.read(talk.customer, talk.phone);
    host = await startHost();
    for (const each of sent) await whenStored(talk, each, 'the blue ticks', ({ status }) => status === 'read');
  });
});
