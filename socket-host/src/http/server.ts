/** The host's HTTP side: what a platform asks to know whether this process lives, is ready and how its accounts are. */
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import express from 'express';
import type { HealthReport } from './health.ts';

export interface HttpDependencies {
  readonly port: number;
  /** Whether the process can do its work; `false` from the moment it shuts down. */
  readonly isReady: () => boolean;
  /** Whether the process does its rounds. Says nothing of WhatsApp: an outage there is no reason to restart. */
  readonly isLive: () => boolean;
  readonly health: () => HealthReport;
}

export interface HttpServer {
  /** The port it listens on: the one asked for, or the one the system chose for 0. */
  readonly port: number;
  close(): Promise<void>;
}

/** @throws when the port is taken; the error names it. */
export async function serveHttp(dependencies: HttpDependencies): Promise<HttpServer> {
  const { isReady, isLive, health, port } = dependencies;
  const app = express();
  app.disable('x-powered-by');
  app.get('/livez', (_request, response) => {
    response.status(isLive() ? 200 : 503).json({ live: isLive() });
  });
  app.get('/readyz', (_request, response) => {
    response.status(isReady() ? 200 : 503).json({ ready: isReady() });
  });
  app.get('/health', (_request, response) => {
    response.json(health());
  });
  const server = await listen(app, port);
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function listen(app: express.Express, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = app.listen(port, (error?: Error) => {
      if (!error) resolve(server);
      else if ('code' in error && error.code === 'EADDRINUSE') {
        reject(new Error(`port ${String(port)} is taken: set PORT to a free one`, { cause: error }));
      } else reject(error);
    });
  });
}
