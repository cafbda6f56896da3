import assert from 'node:assert/strict';
import { createQuotas, type OutboxCounts } from './quotas.ts';

describe('the quotas of the outbox', () => {
  /** Firestore's side: what is there, and how often it was asked. */
  function stage(limits = { perUserPerMinute: 40, waitingPerAccount: 100 }) {
    const stored = { user: 0, account: 0, asked: 0, nowMs: 1_000_000 };
    const counts: OutboxCounts = {
      ofUserSince: (_uid, _sinceMs, limit) => {
        stored.asked += 1;
        return Promise.resolve(Math.min(stored.user, limit));
      },
      waitingFor: (_accountId, limit) => {
        stored.asked += 1;
        // With the entry that is asked about.
        return Promise.resolve(Math.min(stored.account + 1, limit));
      },
    };
    const quotas = createQuotas(counts, limits, () => stored.nowMs);
    /** Writes an entry and routes it, if it may be. */
    const send = async () => {
      stored.user += 1;
      const refusal = await quotas.refusalOf('ana', 'shop');
      if (refusal) return refusal.field;
      quotas.note('ana', 'shop');
      stored.account += 1;
      return 'routed';
    };
    return { stored, send };
  }

  async function repeat<T>(count: number, work: () => Promise<T>): Promise<T[]> {
    const results: T[] = [];
    for (let n = 0; n < count; n += 1) results.push(await work());
    return results;
  }

  it('cost nothing in an ordinary minute but one look at an account not seen before', async () => {
    const { stored, send } = stage({ perUserPerMinute: 600, waitingPerAccount: 2_000 });
    await repeat(25, send);
    assert.equal(stored.asked, 1);
  });

  it('let a user send as much as they may in a minute, and no more', async () => {
    const { stored, send } = stage();
    assert.deepEqual(new Set(await repeat(40, send)), new Set(['routed']));
    assert.equal(await send(), 'createdBy');
    stored.user = 0;
    stored.nowMs += 60_000;
    assert.equal(await send(), 'routed');
  });

  it('count what other processes routed', async () => {
    const { stored, send } = stage();
    await repeat(2, send);
    stored.user = 200;
    assert.equal(await send(), 'createdBy');
  });

  it('let no more wait for an account than may, and let it go on once there is room', async () => {
    const { stored, send } = stage({ perUserPerMinute: 1_000_000, waitingPerAccount: 100 });
    assert.deepEqual(new Set(await repeat(100, send)), new Set(['routed']));
    assert.equal(await send(), 'accountId');
    stored.account = 50;
    stored.nowMs += 2_000;
    assert.equal(await send(), 'routed');
  });

  it('notice a backlog that grew slowly', async () => {
    const { stored, send } = stage();
    await send();
    stored.account = 100;
    stored.nowMs += 600_000;
    stored.user = 0;
    assert.equal(await send(), 'accountId');
  });
});
