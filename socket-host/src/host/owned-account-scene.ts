/** What an account is run with, for the tests that run a single one: as `main.ts` puts it together, and shared with no other. */
import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { WebVersions } from '../account/web-versions.ts';
import { systemClock } from '../clock.ts';
import { OutboxWatch } from '../outbound/outbox-watch.ts';
import { localKek } from '../session/kek.ts';
import { MinuteRates } from '../telemetry/minute-rates.ts';
import { createNetwork } from '../whatsapp/network.ts';
import { DEFAULT_TIMING } from '../whatsapp/timing.ts';
import type { OwnedAccountDependencies } from './owned-account.ts';
import { Slots } from './slots.ts';

type Given = Pick<OwnedAccountDependencies, 'db' | 'hostId'> & Partial<OwnedAccountDependencies>;

/** Where nobody answers. */
const NO_NETWORK = createNetwork('ws://127.0.0.1:9/ws/chat', null);

/** Its `watch` is to be stopped at the end. */
export function dependenciesOf(given: Given): OwnedAccountDependencies {
  const { db, clock = systemClock } = given;
  const logger = pino({ level: 'silent' });
  const random = (): number => 0;
  return {
    network: NO_NETWORK,
    kek: localKek(randomBytes(32)),
    watch: new OutboxWatch(db, clock, logger),
    defaults: { perMinute: 0, newThreadsPerDay: 0 },
    connectTimeoutMs: 20_000,
    timing: DEFAULT_TIMING,
    stableMs: 1_500,
    versions: new WebVersions({ db, url: null, clock, random, logger }),
    clock,
    random,
    logger,
    isHeld: () => true,
    connecting: new Slots({ size: 1, jitterMs: 0, holdMs: 10_000, clock, random }),
    rates: new MinuteRates(clock),
    ...given,
  };
}
