import assert from 'node:assert/strict';
import { ageOf, hostStateOf, noteBeats } from './heartbeats.ts';

const at = (ms: number) => ({ seconds: ms / 1_000, nanoseconds: 0, toMillis: () => ms, toDate: () => new Date(ms) });
const HELD = { leaseTtlMs: 15_000, fencedForMs: 0 };
const host = (ms: number) => ({ id: 'host-1', heartbeatAt: at(ms) });

describe('the sign of life of a host', () => {
  it('is as old as it was written when it is first seen', () => {
    assert.equal(ageOf(noteBeats(new Map(), [host(1_000)], 9_000), 'host-1', 9_000), 8_000);
  });

  it('is counted from its arrival afterwards, so that a wrong clock misjudges no host', () => {
    const hourAhead = 3_600_000;
    const first = noteBeats(new Map(), [host(1_000)], hourAhead + 1_000);
    const next = noteBeats(first, [host(6_000)], hourAhead + 6_000);
    assert.equal(ageOf(next, 'host-1', hourAhead + 8_000), 2_000);
  });

  it('stays as old as it is while no other comes', () => {
    const first = noteBeats(new Map(), [host(1_000)], 1_000);
    assert.equal(noteBeats(first, [host(1_000)], 50_000).get('host-1'), first.get('host-1'));
  });

  it('makes a host silent that runs and gives none, and no host that has stopped', () => {
    assert.equal(hostStateOf({ ...HELD, state: 'running' }, 14_999), 'running');
    assert.equal(hostStateOf({ ...HELD, state: 'running' }, 15_000), 'silent');
    assert.equal(hostStateOf({ ...HELD, state: 'gone' }, 99_000), 'gone');
  });

  it('that comes too late for the host to run anything makes it fenced, unless it is stopping or silent', () => {
    const fenced = { leaseTtlMs: 15_000, fencedForMs: 1 };
    assert.equal(hostStateOf({ ...fenced, state: 'running' }, 0), 'fenced');
    assert.equal(hostStateOf({ ...fenced, state: 'running' }, 15_000), 'silent');
    assert.equal(hostStateOf({ ...fenced, state: 'draining' }, 0), 'draining');
    assert.equal(hostStateOf({ ...fenced, state: 'gone' }, 0), 'gone');
  });
});
