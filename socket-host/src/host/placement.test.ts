import assert from 'node:assert/strict';
import { decideTakeDelay } from './placement.ts';

const host = (hostId: string, accounts: number, capacity = 10) => ({ hostId, accounts, capacity });

describe('placement of a free account', () => {
  it('lets the least loaded host go first', () => {
    const hosts = [host('a', 5), host('b', 2), host('c', 3)];
    assert.deepEqual(
      hosts.map((self) => decideTakeDelay(self, hosts)),
      [2_000, 0, 1_000],
    );
  });

  it('orders equally loaded hosts, so that they do not race', () => {
    const hosts = [host('a', 1), host('b', 1)];
    assert.deepEqual(
      hosts.map((self) => decideTakeDelay(self, hosts)),
      [0, 1_000],
    );
  });

  it('never waits for a host that is full', () => {
    assert.equal(decideTakeDelay(host('b', 4), [host('a', 1, 1), host('b', 4)]), 0);
  });

  it('keeps a full host from taking more', () => {
    assert.equal(decideTakeDelay(host('a', 10), [host('a', 10)]), null);
  });
});
