import assert from 'node:assert/strict';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { objectIn, textIn } from '../../scripts/lib/json.ts';
import { send, whenShown, whenStored, type Talk } from '../support/content.ts';
import { linkByQr, newCustomer, threadsOf } from '../support/journey.ts';
import { simulator } from '../support/simulator-client.ts';
import { stack, startHost } from '../support/stack.ts';
import { signInAs, type Staff } from '../support/staff.ts';
import { waitFor } from '../support/wait.ts';

async function post(path: string, body: object): Promise<string> {
  const answer = await fetch(`${stack.simulatorUrl()}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path} was answered with ${String(answer.status)}: ${await answer.text()}`);
  return textIn(objectIn(await answer.json(), path), 'id', path);
}

describe('in a group', () => {
  let host: HostProcess;
  let agent: Staff;
  let ana: string;
  let dan: string;
  let group: Talk;

  before(async () => {
    host = await startHost();
    agent = await signInAs('agent');
    const shop = await linkByQr(await signInAs('admin'), 'Shop');
    [ana, dan] = [await newCustomer('Ana'), await newCustomer('Dan')];
    const id = await post('/groups', { subject: 'Neighbours', owner: ana, participants: [dan, shop.phone] });
    const theirs = await write(id, ana, { text: 'Who has a ladder?' });
    const threadId = await waitFor(
      async () => (await threadsOf(shop.accountId)).find(({ isGroup }) => isGroup)?.threadId ?? '',
      (found) => found !== '',
      { what: 'the group to have a thread', timeoutMs: 60_000 },
    );
    group = { ...shop, customer: id, threadId, theirs, ours: '' };
  });
  after(() => host.stop());

  const write = (id: string, from: string, what: object) =>
    post(`/groups/${encodeURIComponent(id)}/messages`, { from, ...what });

  /** What a member's phone shows of the group. */
  const shownTo = (phone: string) => simulator.messages(phone, group.customer);

  it('each member has a reaction of their own, and takes it back', async () => {
    await write(group.customer, dan, { react: { id: group.theirs, emoji: '👍' } });
    await write(group.customer, ana, { react: { id: group.theirs, emoji: '❤️' } });
    await send(agent, group, { kind: 'reaction', targetId: group.theirs, emoji: '🎉' });
    const three = await whenStored(group, group.theirs, 'three reactions', ({ reactions }) => {
      return Object.keys(reactions).length === 3;
    });
    assert.equal(three.reactions['us']?.emoji, '🎉');
    await write(group.customer, dan, { react: { id: group.theirs, emoji: '' } });
    await whenStored(group, group.theirs, 'two reactions', ({ reactions }) => {
      return Object.values(reactions).every(({ emoji }) => emoji !== '👍');
    });
    const seen = await waitFor(
      async () => (await shownTo(dan)).find(({ id }) => id === group.theirs)?.reactions ?? [],
      (reactions) => reactions.some(({ from, emoji }) => from === group.phone && emoji === '🎉'),
      { what: 'Dan to see our reaction', timeoutMs: 60_000 },
    );
    assert.equal(seen.length, 2);
  });

  it('a message of ours has the ticks of the member who is least far', async () => {
    const { waMessageId } = await send(agent, group, { kind: 'text', text: 'We are open until ten' });
    const delivered = await whenStored(group, waMessageId, 'two deliveries', ({ status }) => status === 'delivered');
    assert.deepEqual(Object.values(delivered.receipts ?? {}), ['delivered', 'delivered']);
    await simulator.read(ana, group.customer);
    const half = await whenStored(group, waMessageId, 'Ana to have read it', ({ receipts }) => {
      return Object.values(receipts ?? {}).includes('read');
    });
    assert.equal(half.status, 'delivered');
    await simulator.read(dan, group.customer);
    await whenStored(group, waMessageId, 'both to have read it', ({ status }) => status === 'read');
  });

  it('quotes name who wrote what they answer, edits and deletions are their author’s', async () => {
    const answer = await write(group.customer, dan, { text: 'I do', quote: group.theirs });
    const stored = await whenStored(group, answer, 'the answer', () => true);
    assert.deepEqual([stored.quotedId, stored.quoted?.body], [group.theirs, 'Who has a ladder?']);
    assert.notEqual(stored.quoted?.senderJid, stored.senderJid);
    const ours = await send(agent, group, { kind: 'text', text: 'We too', quotedId: answer });
    const id = ours.waMessageId;
    await whenStored(group, id, 'our answer to be sent', ({ tsServer }) => tsServer !== null);
    await send(agent, group, { kind: 'edit', targetId: id, text: 'We have one too' });
    await whenStored(group, id, 'our edit', ({ editedAt }) => editedAt !== null);
    for (const phone of [ana, dan]) {
      const shown = await waitFor(
        async () => (await shownTo(phone)).find((message) => message.id === id),
        (message) => message?.isEdited === true,
        { what: `${phone} to see the edit`, timeoutMs: 60_000 },
      );
      assert.deepEqual([shown?.text, shown?.quotedId], ['We have one too', answer]);
    }
    await write(group.customer, dan, { revoke: { id: answer } });
    await whenStored(group, answer, 'Dan’s deletion', ({ deletedAt }) => deletedAt !== null);
    await whenShown({ ...group, customer: ana, phone: group.customer }, 'the deletion', (shown) => {
      return shown.id === answer && shown.isRevoked;
    });
  });
});
