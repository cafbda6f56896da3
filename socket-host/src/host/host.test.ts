import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { COLLECTIONS } from '@switchboard/contract/paths';
import type { Firestore, Query } from 'firebase-admin/firestore';
import pino from 'pino';
import { altered } from '../altered.ts';
import { systemClock } from '../clock.ts';
import { readConfig } from '../config.ts';
import { emulatedFirestore, freshId } from '../store/emulator.ts';
import { MinuteRates } from '../telemetry/minute-rates.ts';
import { Host } from './host.ts';

/** What `where` makes of a query: listeners on that, however narrow it is made, are not answered before `isOver`. */
function deafWhere(query: Query, isOver: Promise<unknown>): Query['where'] {
  return (...condition: unknown[]) => {
    const narrowed = (query.where.bind(query) as (...condition: unknown[]) => Query)(...condition);
    return altered(narrowed, {
      where: deafWhere(narrowed, isOver),
      onSnapshot: (...listeners) => {
        const stops = isOver.then(() => narrowed.onSnapshot(...listeners));
        return () =>
          void stops.then((stop) => {
            stop();
          });
      },
    });
  };
}

function hostOn(db: Firestore): Host {
  const SESSION_KEK = 'ab'.repeat(32);
  return new Host({
    config: readConfig({ GOOGLE_CLOUD_PROJECT: 'demo-switchboard', SESSION_KEK, HOST_ID: freshId('host') }),
    db,
    clock: systemClock,
    logger: pino({ level: 'silent' }),
    run: () => Promise.reject(new Error('not run here')),
    onDrained: () => undefined,
    rates: new MinuteRates(systemClock),
  });
}

describe('a host', () => {
  it('is not ready before it would hear of accounts that another gives back', async () => {
    const db = emulatedFirestore();
    const { promise: isOver, resolve: hear } = Promise.withResolvers<undefined>();
    const asked = Promise.withResolvers<undefined>();
    // No accounts, whatever other tests have left.
    const none = db.collection(freshId('accounts'));
    const host = hostOn(
      altered(db, {
        collection: (path) => {
          if (path !== COLLECTIONS.accounts) return db.collection(path);
          asked.resolve(undefined);
          return altered(none, { where: deafWhere(none, isOver) });
        },
      }),
    );
    host.start();
    await asked.promise;
    assert.deepEqual([host.isHeld(), host.isReady()], [true, false]);
    hear(undefined);
    while (!host.isReady()) await turn();
    await host.stop();
  });
});
