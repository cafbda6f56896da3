import assert from 'node:assert/strict';
import type { HostState } from '@switchboard/contract/lease';
import { systemClock } from '../clock.ts';
import { emulatedFirestore, freshId } from '../store/emulator.ts';
import { writeHeartbeat } from '../store/leases.ts';
import { Fleet } from './fleet.ts';

describe('what a host knows of the others', () => {
  const db = emulatedFirestore();

  async function beats(name: string, state: HostState, fencedForMs: number): Promise<string> {
    const hostId = freshId(name);
    await writeHeartbeat(db, hostId, 0, { state, fencedForMs, accounts: 0, capacity: 1, version: 'test' });
    return hostId;
  }

  it('is who takes accounts: none that drains, is gone, or beats too late to hold any', async () => {
    const [self, other] = [await beats('self', 'running', 0), await beats('other', 'running', 0)];
    const unfit = [
      await beats('fenced', 'running', 1),
      await beats('drains', 'draining', 0),
      await beats('gone', 'gone', 0),
    ];
    const fleet = new Fleet({
      db,
      hostId: self,
      clock: systemClock,
      everyMs: 1_000,
      onLooked: () => Promise.resolve(),
      onFailed: assert.ifError,
    });
    await fleet.look();
    const ours = new Set([self, other, ...unfit]);
    const known = (hosts: readonly { readonly hostId: string }[]): string[] =>
      hosts.map(({ hostId }) => hostId).filter((hostId) => ours.has(hostId));
    assert.deepEqual(known(fleet.candidates()).sort(), [other, self].sort());
    assert.deepEqual(known(fleet.others()), [other]);
  });
});
