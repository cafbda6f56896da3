import assert from 'node:assert/strict';
import { lastEventsOf, lastHeardMs } from './last-events.ts';

const at = (ms: number) => ({ seconds: ms / 1_000, nanoseconds: 0, toMillis: () => ms, toDate: () => new Date(ms) });

describe('when something of an account was heard last', () => {
  it('is its latest moment of any kind', () => {
    const heard = { lastEventAt: at(2_000), lastMessageAt: null, lastConnectedAt: at(9_000), lastDisconnectedAt: null };
    assert.equal(lastHeardMs(heard), 9_000);
  });

  it('is never while there is none', () => {
    const nothing = { lastEventAt: null, lastMessageAt: null, lastConnectedAt: null, lastDisconnectedAt: null };
    assert.equal(lastHeardMs(nothing), null);
  });
});

describe('the last events of an account', () => {
  const account = {
    createdAt: at(1_000),
    lastConnectedAt: at(5_000),
    lastDisconnectedAt: at(4_000),
    lastDisconnect: { code: 428, reason: 'connection closed' },
    lastMessageAt: null,
  };

  it('come newest first, trouble among them with its end', () => {
    const incidents = [{ type: 'connection_lost' as const, ts: at(3_000), resolvedAt: at(6_000) }];
    assert.deepEqual(
      lastEventsOf(account, incidents).map(({ kind }) => kind),
      ['resolved', 'connected', 'disconnected', 'opened', 'added'],
    );
  });

  it('say with which code a connection closed', () => {
    const event = lastEventsOf(account, []).find(({ kind }) => kind === 'disconnected');
    assert.deepEqual(event, { kind: 'disconnected', atMs: 4_000, code: 428, reason: 'connection closed' });
  });

  it('are few', () => {
    const many = Array.from({ length: 30 }, (_, n) => ({ type: 'conflict' as const, ts: at(n), resolvedAt: null }));
    assert.equal(lastEventsOf(account, many).length, 8);
  });
});
