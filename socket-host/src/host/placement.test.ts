import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decideHandOver, decideTakeDelay, decideTakeDelays, fairShareOf, type HostLoad } from './placement.ts';

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

/** Hosts of all sizes, none with more than it can have. */
const fleets = fc
  .array(fc.record({ capacity: fc.integer({ min: 1, max: 60 }), fill: fc.double({ min: 0, max: 1, noNaN: true }) }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((hosts) =>
    hosts.map(({ capacity, fill }, index) => host(`h${String(index)}`, Math.floor(capacity * fill), capacity)),
  );

const totalOf = (hosts: readonly HostLoad[]): number => hosts.reduce((sum, { accounts }) => sum + accounts, 0);

describe('placement of many free accounts', () => {
  it('shares what a dead host leaves between the others, none of it twice at once', () => {
    const hosts = [host('a', 3), host('b', 3)];
    const accountIds = ['1', '2', '3', '4'];
    const first = hosts.map((self) => {
      const delays = decideTakeDelays(self, hosts, accountIds);
      return accountIds.filter((id) => delays.get(id) === 0);
    });
    assert.deepEqual(first, [
      ['1', '3'],
      ['2', '4'],
    ]);
  });

  it('finds a first taker for each account while any host has room, and only one', () => {
    fc.assert(
      fc.property(fleets, fc.integer({ min: 1, max: 80 }), (hosts, count) => {
        const accountIds = Array.from({ length: count }, (_, index) => `account${String(index)}`);
        const room = hosts.reduce((sum, { capacity, accounts }) => sum + capacity - accounts, 0);
        const delays = hosts.map((self) => decideTakeDelays(self, hosts, accountIds));
        const taken = accountIds.filter((id) => delays.filter((each) => each.get(id) === 0).length === 1);
        assert.equal(taken.length, Math.min(count, room));
      }),
    );
  });
});

describe('the fair share', () => {
  it('is the same for equal hosts and bounded by what a host can have', () => {
    assert.equal(fairShareOf(host('a', 6), [host('a', 6), host('b', 0)]), 3);
    assert.equal(fairShareOf(host('a', 7), [host('a', 7), host('b', 0)]), 4);
    const uneven = [host('a', 9, 10), host('b', 0, 2)];
    assert.deepEqual(
      uneven.map((each) => fairShareOf(each, uneven)),
      [7, 2],
    );
  });

  it('leaves room for every account there is', () => {
    fc.assert(
      fc.property(fleets, (hosts) => {
        const shares = hosts.map((each) => fairShareOf(each, hosts));
        assert.ok(shares.reduce((sum, share) => sum + share, 0) >= totalOf(hosts));
        assert.ok(shares.every((share, index) => share <= (hosts[index]?.capacity ?? 0)));
      }),
    );
  });
});

describe('handing accounts over', () => {
  it('begins when a host joins that has none', () => {
    assert.ok(decideHandOver(host('a', 2), [host('b', 0)], false));
    assert.ok(decideHandOver(host('a', 3), [host('a', 3), host('b', 3), host('c', 0)], false));
  });

  it('does not begin for a small difference, but finishes what it began', () => {
    const others = [host('b', 48, 100)];
    assert.ok(!decideHandOver(host('a', 52, 100), others, false));
    assert.ok(decideHandOver(host('a', 52, 100), others, true));
    assert.ok(!decideHandOver(host('a', 50, 100), [host('b', 50, 100)], true));
  });

  it('never begins when nobody else could take anything', () => {
    assert.ok(!decideHandOver(host('a', 10), [], false));
    assert.ok(!decideHandOver(host('a', 10), [host('b', 1, 1)], false));
  });

  it('always comes to rest, keeps every account, goes to others only and never below the fair share', () => {
    fc.assert(
      fc.property(fleets, (start) => {
        const hosts = start.map((each) => ({ ...each, isSharing: false }));
        const total = totalOf(hosts);
        let moves = 0;
        for (let isMoving = true; isMoving;) {
          isMoving = false;
          for (const self of hosts) {
            self.isSharing = decideHandOver(self, hosts, self.isSharing);
            if (!self.isSharing) continue;
            assert.ok(self.accounts > fairShareOf(self, hosts));
            self.accounts -= 1;
            const taker = hosts.find((each) => decideTakeDelay(each, hosts) === 0);
            assert.ok(taker && taker !== self, 'the account came back to the host that gave it');
            taker.accounts += 1;
            isMoving = true;
            moves += 1;
            assert.ok(moves <= total, 'accounts go round and round');
          }
        }
        assert.equal(totalOf(hosts), total);
        for (const each of hosts) {
          const fair = fairShareOf(each, hosts);
          assert.ok(each.accounts <= Math.max(fair, Math.ceil(fair * 1.1)));
        }
      }),
    );
  });
});
