/** The composition root: reads the settings, puts the parts together, and ends the process the way it was asked to. */
import '@switchboard/contract/english';
import { WebVersions } from './account/web-versions.ts';
import { ConfigError, readConfig, type Config } from './config.ts';
import { systemClock } from './clock.ts';
import { Host } from './host/host.ts';
import { runAccount } from './host/owned-account.ts';
import { Slots } from './host/slots.ts';
import { serveHttp, type HttpServer } from './http/server.ts';
import { OutboxWatch } from './outbound/outbox-watch.ts';
import { chooseKek } from './session/choose-kek.ts';
import { connectFirestore } from './store/firestore.ts';
import { createLogger, type Logger } from './telemetry/logger.ts';
import { MinuteRates } from './telemetry/minute-rates.ts';
import { createNetwork } from './whatsapp/network.ts';

/** Cloud Run sends SIGKILL 10 s after SIGTERM; what is not done by then is left to the next owner. */
const SHUTDOWN_MS = 8_000;
/** Of accounts that wait to connect, each goes a little later than its turn, ms. */
const CONNECT_JITTER_MS = 100;
/** An account that takes longer to connect holds up no other, ms. */
const CONNECT_HOLD_MS = 10_000;

async function run(config: Config): Promise<void> {
  const clock = systemClock;
  const logger = createLogger(config.logLevel, config.hostId);
  const db = connectFirestore(config.projectId, config.isFirestoreEmulated);
  const watch = new OutboxWatch(db, clock, logger);
  const versions = new WebVersions({ db, url: config.whatsapp.versionUrl, clock, random: Math.random, logger });
  const network = createNetwork(config.whatsapp.url, config.whatsapp.noiseRoot, versions);
  const kek = chooseKek(config.kek);
  const connecting = new Slots({
    size: config.connectsAtOnce,
    jitterMs: CONNECT_JITTER_MS,
    holdMs: CONNECT_HOLD_MS,
    clock,
    random: Math.random,
  });
  const rates = new MinuteRates(clock);
  const host: Host = new Host({
    config,
    rates,
    db,
    clock,
    logger,
    onDrained: () => {
      watch.stop();
    },
    run: (taken) =>
      runAccount(
        {
          db,
          hostId: config.hostId,
          network,
          kek,
          watch,
          defaults: config.limits,
          connectTimeoutMs: config.connectTimeoutMs,
          timing: config.timing,
          stableMs: config.stableMs,
          versions,
          clock,
          random: Math.random,
          logger,
          isHeld: () => host.isHeld(),
          connecting,
          rates,
        },
        taken,
      ),
  });
  const http = await serveHttp({
    port: config.port,
    isReady: () => host.isReady(),
    isLive: () => host.isLive(),
    health: () => host.health(),
  });
  endWhenAsked(host, http, logger);
  host.start();
}

/** Ends the process in good order when it is asked to, and not before: not for a promise that somebody forgot. */
function endWhenAsked(host: Host, http: HttpServer, logger: Logger): void {
  let isShuttingDown = false;
  const shutDown = (): void => {
    if (isShuttingDown) return;
    isShuttingDown = true;
    // Not through the clock: this timer must fire whatever else hangs.
    setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
    void host
      .stop()
      .then(() => http.close())
      .then(() => process.exit(0))
      .catch((error: unknown) => {
        logger.error({ err: error }, 'shutdown failed');
        process.exit(1);
      });
  };
  // A promise the library forgot must not take the other accounts down with it. An exception leaves the process in an unknown state: it ends.
  process.on('unhandledRejection', (error) => {
    logger.error({ err: error }, 'a rejected promise was not handled');
  });
  process.on('SIGTERM', shutDown);
  process.on('SIGINT', shutDown);
}

try {
  await run(readConfig());
} catch (error) {
  process.stderr.write(
    `${error instanceof ConfigError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exit(1);
}
