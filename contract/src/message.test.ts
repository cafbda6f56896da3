import assert from 'node:assert/strict';
import fc from 'fast-check';
import { canMessageMove, MESSAGE_STATUSES, statusesBefore, type MessageStatus } from './message.ts';

const status = fc.constantFrom(...MESSAGE_STATUSES);

describe('the status of a message', () => {
  it('goes all the way from queued to played', () => {
    const way: MessageStatus[] = ['queued', 'sending', 'sent', 'delivered', 'read', 'played'];
    for (const [index, from] of way.entries()) {
      for (const to of way.slice(index + 1)) assert.ok(canMessageMove(from, to), `${from} → ${to}`);
      for (const to of way.slice(0, index + 1)) assert.ok(!canMessageMove(from, to), `${from} → ${to}`);
    }
  });

  it('never moves in a circle', () => {
    fc.assert(fc.property(status, status, (a, b) => !(canMessageMove(a, b) && canMessageMove(b, a))));
  });

  it('is lifted from failed by evidence that the message arrived', () => {
    assert.ok(canMessageMove('failed', 'delivered'));
    assert.ok(!canMessageMove('sent', 'failed'));
  });

  it('keeps the first end it came to, unless the message arrived after all', () => {
    assert.ok(!canMessageMove('failed', 'cancelled') && !canMessageMove('cancelled', 'failed'));
    assert.ok(canMessageMove('queued', 'cancelled') && canMessageMove('cancelled', 'delivered'));
  });

  it('of an inbound message is final', () => {
    assert.ok(MESSAGE_STATUSES.every((to) => !canMessageMove('received', to) && !canMessageMove(to, 'received')));
  });

  it('knows every status a new one may replace', () => {
    assert.deepEqual(statusesBefore('sent'), ['queued', 'sending', 'failed', 'cancelled']);
  });
});
