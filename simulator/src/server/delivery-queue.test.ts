import assert from 'node:assert/strict';
import { node } from '../wire/node-reading.ts';
import { DeliveryQueue } from './delivery-queue.ts';

describe('the queue of a device', () => {
  it('keeps what was not confirmed, in order and marked as backlog', () => {
    const queue = new DeliveryQueue();
    for (const id of ['A', 'B', 'C']) queue.add(node('message', { id }));
    queue.confirm('message', 'B');
    assert.deepEqual(
      queue.backlog().map(({ attrs }) => [attrs['id'], attrs['offline']]),
      [
        ['A', '0'],
        ['C', '1'],
      ],
    );
  });

  it('takes one copy per confirmation, and only of the kind that was confirmed', () => {
    const queue = new DeliveryQueue();
    for (const tag of ['message', 'message', 'receipt']) queue.add(node(tag, { id: 'A' }));
    queue.confirm('message', 'A');
    queue.confirm('notification', 'A');
    assert.deepEqual(
      queue.backlog().map(({ tag }) => tag),
      ['message', 'receipt'],
    );
  });
});
