import assert from 'node:assert/strict';
import { Inbox, type Envelope } from './inbox.ts';

const SHOP = '+40700000001';
const ME = '+40711111111';

function envelope(id: string, more: Partial<Envelope> = {}): Envelope {
  return { id, from: SHOP, to: ME, group: null, fromMe: false, replyTo: 'shop@lid', participant: null, ...more };
}

const hello = { kind: 'text', text: 'hello', quotedId: null, quotedText: null };

describe('what a phone shows', () => {
  it('shows an id once and counts its copies', () => {
    const inbox = new Inbox();
    assert.equal(inbox.show(envelope('A'), hello), true);
    assert.equal(inbox.show(envelope('A'), { ...hello, text: 'another text' }), false);
    assert.deepEqual(
      inbox.list().map(({ text, copies }) => [text, copies]),
      [['hello', 2]],
    );
  });

  it('a message that becomes readable keeps the count of its unreadable copies', () => {
    const inbox = new Inbox();
    inbox.countUndecryptable(envelope('A'));
    assert.deepEqual([inbox.find('A')?.kind, inbox.find('A')?.copies], ['unreadable', 0]);
    inbox.show(envelope('A'), hello);
    const shown = inbox.find('A');
    assert.deepEqual([shown?.text, shown?.copies, shown?.undecryptable], ['hello', 1, 1]);
  });

  it('the status of an own message only moves forward', () => {
    const inbox = new Inbox();
    inbox.show(envelope('A', { from: ME, to: SHOP, fromMe: true }), hello);
    for (const status of ['sent', 'read', 'delivered'] as const) inbox.raiseStatus('A', status);
    assert.equal(inbox.find('A')?.status, 'read');
  });

  it('reading a chat names what was unread, per address, and only once', () => {
    const inbox = new Inbox();
    inbox.show(envelope('A'), hello);
    inbox.show(envelope('B', { replyTo: 'shop@s.whatsapp.net' }), hello);
    inbox.show(envelope('C', { from: '+40700000002' }), hello);
    inbox.countUndecryptable(envelope('D'));
    assert.equal(inbox.markRead(SHOP).length, 2);
    assert.deepEqual(inbox.markRead(SHOP), []);
    assert.equal(inbox.find('C')?.isRead, false);
    assert.equal(inbox.find('D')?.isRead, false);
  });

  it('a message is edited and deleted by who wrote it alone, and once deleted stays so', () => {
    const inbox = new Inbox();
    inbox.show(envelope('A'), hello);
    inbox.apply(ME, { is: 'edit', id: 'A', text: 'forged' });
    inbox.apply(ME, { is: 'revoke', id: 'A' });
    assert.deepEqual([inbox.find('A')?.text, inbox.find('A')?.isEdited], ['hello', false]);
    inbox.apply(ME, { is: 'reaction', id: 'A', emoji: '👍' });
    inbox.apply(SHOP, { is: 'edit', id: 'A', text: 'hello there' });
    assert.deepEqual([inbox.find('A')?.text, inbox.find('A')?.isEdited], ['hello there', true]);
    inbox.apply(SHOP, { is: 'revoke', id: 'A' });
    inbox.apply(SHOP, { is: 'edit', id: 'A', text: 'too late' });
    inbox.apply(ME, { is: 'reaction', id: 'A', emoji: '👍' });
    const shown = inbox.find('A');
    assert.deepEqual([shown?.text, shown?.isRevoked, shown?.reactions], [null, true, []]);
  });

  it('lists one chat or all, newest last', () => {
    const inbox = new Inbox();
    inbox.show(envelope('A'), hello);
    inbox.show(envelope('B', { from: '+40700000002' }), hello);
    inbox.show(envelope('C', { from: ME, to: SHOP, fromMe: true }), hello);
    assert.deepEqual(
      inbox.list(SHOP).map(({ id }) => id),
      ['A', 'C'],
    );
    assert.equal(inbox.list().length, 3);
  });
});
