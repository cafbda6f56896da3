import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { HostState } from '@switchboard/contract/lease';
import { altered } from '../altered.ts';
import { handClock } from '../hand-clock.ts';
import { emulatedFirestore, freshId } from '../store/emulator.ts';
import { writeHeartbeat } from '../store/leases.ts';
import { Fleet, type FleetDependencies } from './fleet.ts';

const EVERY_MS = 5_000;
/** Longer than anything is waited for, and the pause that follows. */
const GIVEN_UP_MS = 20_000;
const RUNNING = { state: 'running', accounts: 0, capacity: 1, version: 'test' } as const;

describe('what a host knows of the others', () => {
  const db = emulatedFirestore();
  const fleets: Fleet[] = [];
  afterEach(() => {
    for (const fleet of fleets.splice(0)) fleet.stop();
  });

  async function beats(
    name: string,
    state: HostState,
    more: { readonly fencedForMs?: number; readonly leaseTtlMs?: number } = {},
  ): Promise<string> {
    const hostId = freshId(name);
    await writeHeartbeat(db, hostId, 0, { ...RUNNING, state, ...more });
    return hostId;
  }

  function fleetOf(more: Partial<FleetDependencies>) {
    const clock = handClock();
    const failures: unknown[] = [];
    const fleet = new Fleet({
      db,
      hostId: freshId('self'),
      clock,
      everyMs: EVERY_MS,
      onLooked: () => Promise.resolve(),
      onFailed: (error) => failures.push(error),
      ...more,
    });
    fleets.push(fleet);
    return { clock, fleet, failures };
  }

  /** Lets all that is waited for be given up, and the next round begin. */
  async function giveUp(clock: ReturnType<typeof handClock>): Promise<void> {
    clock.advance(GIVEN_UP_MS);
    await setImmediate();
    clock.advance(EVERY_MS);
  }

  /** The database, whose first looks are answered once these let them: with what there was when they were asked. */
  function answering(...gates: readonly Promise<unknown>[]) {
    let looks = 0;
    const asked = Promise.withResolvers<undefined>();
    const delayed = altered(db, {
      collection: (path) => {
        const gate = gates[looks];
        looks += 1;
        const collection = db.collection(path);
        if (!gate) return collection;
        return altered(collection, {
          get: async () => {
            const answer = await collection.get();
            asked.resolve(undefined);
            await gate;
            return answer;
          },
        });
      },
    });
    return { delayed, asked: asked.promise };
  }

  const never = new Promise<void>(() => undefined);

  it('is who takes accounts: none that drains, is gone, or beats too late to hold any', async () => {
    const [self, other] = [await beats('self', 'running'), await beats('other', 'running')];
    const unfit = [
      await beats('fenced', 'running', { fencedForMs: 1 }),
      await beats('drains', 'draining'),
      await beats('gone', 'gone'),
    ];
    const { fleet } = fleetOf({ hostId: self });
    await fleet.look();
    const ours = new Set([self, other, ...unfit]);
    const known = (hosts: readonly { readonly hostId: string }[]): string[] =>
      hosts.map(({ hostId }) => hostId).filter((hostId) => ours.has(hostId));
    assert.deepEqual(known(fleet.candidates()).sort(), [other, self].sort());
    assert.deepEqual(known(fleet.others()), [other]);
  });

  it('is who is dead, though a look hangs: another follows', async () => {
    const dead = await beats('dead', 'gone');
    const reported = Promise.withResolvers<readonly string[]>();
    const { clock, fleet, failures } = fleetOf({
      db: answering(never).delayed,
      onLooked: (deadHostIds) => {
        reported.resolve(deadHostIds);
        return Promise.resolve();
      },
    });
    fleet.start();
    await giveUp(clock);
    assert.ok((await reported.promise).includes(dead));
    assert.equal(failures.length, 1);
  });

  it('is looked at again though what followed from the look before hangs', async () => {
    const reported = [Promise.withResolvers<readonly string[]>(), Promise.withResolvers<readonly string[]>()];
    let reports = 0;
    const { clock, fleet, failures } = fleetOf({
      onLooked: (deadHostIds) => {
        reported[reports]?.resolve(deadHostIds);
        reports += 1;
        return never;
      },
    });
    fleet.start();
    await reported[0]?.promise;
    const dead = await beats('dead', 'gone');
    await giveUp(clock);
    assert.ok((await reported[1]?.promise)?.includes(dead));
    assert.equal(failures.length, 1);
  });

  it('is reported though each look takes longer than it is waited for', async () => {
    const dead = await beats('dead', 'gone');
    await beats('other', 'running');
    const gate = Promise.withResolvers<undefined>();
    const reported = Promise.withResolvers<readonly string[]>();
    const { clock, fleet } = fleetOf({
      db: answering(gate.promise, never).delayed,
      onLooked: (deadHostIds) => {
        reported.resolve(deadHostIds);
        return Promise.resolve();
      },
    });
    fleet.start();
    await giveUp(clock);
    gate.resolve(undefined);
    while (fleet.candidates().length === 0) await setImmediate();
    await giveUp(clock);
    assert.ok((await reported.promise).includes(dead));
  });

  it('is of the newest look that was answered: an older one whose answer comes later changes nothing', async () => {
    const gate = Promise.withResolvers<undefined>();
    const { delayed, asked } = answering(gate.promise);
    const { fleet } = fleetOf({ db: delayed });
    const late = fleet.look();
    await asked;
    const newcomer = await beats('newcomer', 'running');
    await fleet.look();
    gate.resolve(undefined);
    await late;
    assert.ok(fleet.others().some(({ hostId }) => hostId === newcomer));
  });

  it('ages: who was not seen alive for as long as its leases last can take nothing over', async () => {
    const other = await beats('other', 'running', { leaseTtlMs: EVERY_MS });
    const { clock, fleet } = fleetOf({});
    const isKnown = (): boolean => fleet.others().some(({ hostId }) => hostId === other);
    await fleet.look();
    assert.ok(isKnown());
    clock.advance(EVERY_MS);
    assert.ok(!isKnown());
    await writeHeartbeat(db, other, 0, { ...RUNNING, leaseTtlMs: EVERY_MS });
    await fleet.look();
    assert.ok(isKnown());
  });

  it('stands as it was last seen while no look is answered: nobody can tell then who lives', async () => {
    const other = await beats('other', 'running');
    const { clock, fleet } = fleetOf({});
    await fleet.look();
    clock.advance(GIVEN_UP_MS);
    assert.ok(fleet.others().some(({ hostId }) => hostId === other));
  });
});
