import assert from 'node:assert/strict';
import { MAX_RECEIPTS, type MemberStatus } from '@switchboard/contract/message';
import { reachedByAll, withReceipts } from './group-receipts.ts';

const [ANA, DAN] = ['1@lid', '2@lid'];
const receipts = (...entries: (readonly [string, MemberStatus])[]) => new Map(entries);

describe('a message to a group', () => {
  it('is only as far as the member who is least far', () => {
    assert.equal(reachedByAll(receipts([ANA, 'read']), 2), 'sent');
    assert.equal(reachedByAll(receipts([ANA, 'read'], [DAN, 'delivered']), 2), 'delivered');
    assert.equal(reachedByAll(receipts([ANA, 'played'], [DAN, 'read']), 2), 'read');
    assert.equal(reachedByAll(receipts([ANA, 'played'], [DAN, 'played']), 2), 'played');
  });

  it('is sent, and not known to be farther, while it is not known how many it went to', () => {
    assert.equal(reachedByAll(receipts([ANA, 'read']), null), 'sent');
    assert.equal(reachedByAll(receipts(), 0), 'sent');
  });

  it('keeps each member at their farthest, and says when nothing is new', () => {
    const known = receipts([ANA, 'read']);
    assert.equal(withReceipts(known, receipts([ANA, 'delivered'])), known);
    assert.equal(withReceipts(known, receipts([ANA, 'read'])), known);
    assert.deepEqual(
      withReceipts(known, receipts([ANA, 'played'], [DAN, 'delivered'])),
      receipts([ANA, 'played'], [DAN, 'delivered']),
    );
  });

  it('keeps the receipts of no more members than a group can have', () => {
    const full = new Map(Array.from({ length: MAX_RECEIPTS }, (_, n) => [`${String(n)}@lid`, 'delivered'] as const));
    assert.equal(withReceipts(full, receipts(['new@lid', 'read'])), full);
    assert.equal(withReceipts(full, receipts(['7@lid', 'read'])).get('7@lid'), 'read');
  });
});
