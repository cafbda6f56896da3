/**
 * Watches, in the background, how many sockets each account has open on the simulated network: that it is never two is a promise
 * about every moment, so it is looked at every few of them.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { simulator, type Stats } from './simulator-client.ts';

const EVERY_MS = 20;

export interface SocketWatch {
  /** How often it was looked at so far. */
  samples(): number;
  /** Stops, and says what was wrong: one line for each account that ever had more than one socket open. */
  stop(): Promise<string[]>;
}

/** @param phones of the accounts, E.164. */
export function watchSockets(phones: readonly string[]): SocketWatch {
  const most = new Map<string, number>();
  let samples = 0;
  const stop = new AbortController();
  const look = ({ openSockets }: Stats): void => {
    samples += 1;
    for (const phone of phones) most.set(phone, Math.max(most.get(phone) ?? 0, openSockets[phone] ?? 0));
  };
  const watching = (async () => {
    while (!stop.signal.aborted) {
      look(await simulator.stats());
      await delay(EVERY_MS);
    }
  })();
  return {
    samples: () => samples,
    stop: async () => {
      stop.abort();
      await watching;
      return [...most].filter(([, count]) => count > 1).map(([phone, count]) => `${phone}: ${String(count)} sockets`);
    },
  };
}
