import assert from 'node:assert/strict';
import { GOALS, measureOperations, type Costs, type MessageCost } from '../../bench/operations.ts';

describe('what a text message costs in Firestore, functions and host and session together,', () => {
  let costs: Costs;
  before(async () => {
    costs = await measureOperations(() => undefined);
  });

  function assertWithin(cost: MessageCost, writes: number, reads: number): void {
    assert.ok(cost.writes <= writes && cost.reads <= reads, JSON.stringify(cost));
  }

  it('is within the budget when it goes out, from the client’s create until it is read', () => {
    assertWithin(costs.outbound, GOALS.outboundWrites, GOALS.outboundReads);
  });

  it('is less when the customer has the chat open', () => {
    assertWithin(costs.readAtOnce, GOALS.readAtOnceWrites, GOALS.outboundReads);
  });

  it('is within the budget when it comes in', () => {
    assertWithin(costs.inbound, GOALS.inboundWrites, GOALS.inboundReads);
  });
});
