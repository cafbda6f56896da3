/** The composition root: reads the settings, puts the parts together, and ends the process the way it was asked to. */
import { ConfigError, readConfig, type Config } from './config.ts';
import { systemClock } from './clock.ts';
import { Host } from './host/host.ts';
import { runAccount } from './host/owned-account.ts';
import { serveHttp } from './http/server.ts';
import { OutboxWatch } from './outbound/outbox-watch.ts';
import { localKek } from './session/kek.ts';
import { connectFirestore } from './store/firestore.ts';
import { createLogger } from './telemetry/logger.ts';
import { createNetwork } from './whatsapp/network.ts';

/** Cloud Run sends SIGKILL 10 s after SIGTERM; what is not done by then is left to the next owner. */
const SHUTDOWN_MS = 8_000;

async function run(config: Config): Promise<void> {
  const clock = systemClock;
  const logger = createLogger(config.logLevel, config.hostId);
  const db = connectFirestore(config.projectId);
  const watch = new OutboxWatch(db, clock, logger);
  const network = createNetwork(config.whatsapp.url, config.whatsapp.noiseRoot, logger);
  const kek = localKek(Buffer.from(config.sessionKek, 'hex'));
  const host: Host = new Host({
    config,
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
          connectTimeoutMs: config.connectTimeoutMs,
          clock,
          random: Math.random,
          logger,
          isHeld: () => host.isHeld(),
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
  const shutDown = (): void => {
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
  await host.start();
}

try {
  await run(readConfig());
} catch (error) {
  process.stderr.write(
    `${error instanceof ConfigError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exit(1);
}
