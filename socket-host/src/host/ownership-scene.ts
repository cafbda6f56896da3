/** What the tests of ownership start from: free accounts, and a host that takes them and for which running one costs nothing. */
import { setTimeout as delay } from 'node:timers/promises';
import { newAccount } from '@switchboard/contract/new-account';
import { paths } from '@switchboard/contract/paths';
import pino from 'pino';
import { altered } from '../altered.ts';
import { systemClock } from '../clock.ts';
import { emulatedFirestore, freshId } from '../store/emulator.ts';
import type { Database } from '../store/firestore.ts';
import { writeHeartbeat } from '../store/leases.ts';
import { Ownership, type OwnershipDependencies } from './ownership.ts';
import type { RunningAccount, Taken } from './running-account.ts';

export const CAPACITY = 10;

/** Waits for a condition; the test's own bound ends it. */
export async function until(isMet: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isMet())) await delay(20);
}

/** Only when running an account begins and ends is of interest. */
export function fakeRunning(ends: string[], accountId: string): RunningAccount {
  const end = (how: string) => (): Promise<void> => {
    ends.push(`${how} ${accountId}`);
    return Promise.resolve();
  };
  return {
    accountChanged: () => undefined,
    isConnected: () => true,
    isIdle: () => true,
    stop: end('stopped'),
    fence: end('fenced'),
  };
}

/** A host's heartbeat, as one that takes accounts. */
export async function beat(db: Database, hostId: string): Promise<void> {
  await writeHeartbeat(db, hostId, 0, { state: 'running', accounts: 0, capacity: CAPACITY, version: 'test' });
}

async function createFreeAccount(db: Database): Promise<string> {
  const accountId = freshId('account');
  const account = newAccount({
    name: 'Shop',
    phoneE164: '+40712345678',
    team: 'main',
    createdBy: 'u',
    ownerHostId: null,
  });
  const at = new Date();
  await db.doc(paths.account(accountId)).set({ ...account, createdAt: at, updatedAt: at });
  return accountId;
}

interface Fails {
  commit?: 'after it landed';
  readonly read?: () => boolean;
  readonly hangs?: () => boolean;
}

/** Firestore as it is when it works, except for what fails. */
function withFailing(db: Database, fails: Fails): Database {
  const hanging = new Promise<never>(() => undefined);
  return altered(db, {
    getAll: (...references) => {
      if (fails.hangs?.()) return hanging;
      return fails.read?.() ? Promise.reject(new Error('14 UNAVAILABLE')) : db.getAll(...references);
    },
    batch: () => {
      const real = db.batch();
      const commit = async (): Promise<never> => {
        await real.commit();
        delete fails.commit;
        throw new Error('4 DEADLINE_EXCEEDED');
      };
      return fails.commit ? altered(real, { commit }) : real;
    },
  });
}

/** One living host for each test, and all that came of what it owns. */
export function ownershipScene() {
  const db = emulatedFirestore();
  const scene = {
    db,
    hostId: '',
    runs: [] as Taken[],
    ends: [] as string[],
    others: [] as string[],

    newFreeAccount: () => createFreeAccount(db),

    open: (more: Partial<OwnershipDependencies> = {}): Ownership => {
      const { hostId } = scene;
      return new Ownership({
        db,
        hostId,
        capacity: CAPACITY,
        clock: systemClock,
        logger: pino({ level: 'silent' }),
        isHeld: () => true,
        candidates: () => [{ hostId, accounts: 0, capacity: CAPACITY }],
        onOthers: (accountId) => scene.others.push(accountId),
        run: (taken) => {
          scene.runs.push(taken);
          return Promise.resolve(fakeRunning(scene.ends, taken.accountId));
        },
        ...more,
      });
    },

    withFailing: (fails: Fails) => withFailing(db, fails),
  };
  beforeEach(async () => {
    Object.assign(scene, { hostId: freshId('host'), runs: [], ends: [], others: [] });
    await beat(db, scene.hostId);
  });
  return scene;
}
