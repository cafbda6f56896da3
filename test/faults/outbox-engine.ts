/** What sends for an account on a host, without the rest of it: the real outbox over a real socket. */
import { DEFAULT_LIMITS } from '@switchboard/contract/limits';
import { systemClock } from '../../socket-host/src/clock.ts';
import { AccountOutbox } from '../../socket-host/src/outbound/account-outbox.ts';
import { OutboxWatch } from '../../socket-host/src/outbound/outbox-watch.ts';
import { MessageStatusWriter } from '../../socket-host/src/store/message-status.ts';
import { createLogger } from '../../socket-host/src/telemetry/logger.ts';
import type { Running, Stage } from '../journeys/session-stage.ts';
import { adminFirestore } from '../support/stack.ts';

const logger = createLogger('silent', 'engine');
const UNPACED = { perMinute: 0, newThreadsPerDay: 0 };

export interface Engine {
  readonly outbox: AccountOutbox;
  /** How often a claim was refused because another had the entry. */
  readonly refusals: () => number;
  /** Listens from here on. */
  watch(): void;
  stop(): Promise<void>;
}

/** Opens an account's outbox under a lease; it hears of nothing before `watch` is called. */
export function openEngine({ accountId }: Stage, { supervisor }: Running, hostId: string, epoch: number): Engine {
  const db = adminFirestore();
  let refusals = 0;
  const outbox = new AccountOutbox({
    db,
    accountId,
    lease: { accountId, hostId, epoch },
    rules: { limits: DEFAULT_LIMITS, hold: null },
    defaults: UNPACED,
    random: Math.random,
    statuses: new MessageStatusWriter(db, accountId, systemClock),
    clock: systemClock,
    logger,
    isHeld: () => true,
    onRefused: () => {
      refusals += 1;
    },
    socket: () => supervisor.socket(),
  });
  const watch = new OutboxWatch(db, systemClock, logger);
  return {
    outbox,
    refusals: () => refusals,
    watch: () => {
      watch.add(accountId, outbox);
    },
    stop: async () => {
      watch.stop();
      await outbox.stop();
    },
  };
}
