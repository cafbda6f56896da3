/**
 * That no account ever has two sockets open on the simulated network, twice over. The network's own count (`maxOpenSockets`) misses nothing: it
 * counts a login from the moment the device has named itself, before an older connection of the same device is closed for it, so a
 * connection that is replaced counts as a second one. What is open is looked at every few moments as well, which tells a second socket
 * that stays from one that was replaced at once: a host that is frozen keeps its end open, and the next owner's login replaces it.
 */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { simulator, type Stats } from './simulator-client.ts';

const EVERY_MS = 20;
/** Whoever has looked less often has seen nothing: any test takes many times as long. */
const MIN_SAMPLES = 20;

/** By the network's count: one line for each account that did not have exactly one socket open at the most. @param phones E.164. */
export async function notOnOneSocket(phones: readonly string[]): Promise<string[]> {
  const { maxOpenSockets } = await simulator.stats();
  return phones
    .map((phone) => ({ phone, most: maxOpenSockets[phone] ?? 0 }))
    .filter(({ most }) => most !== 1)
    .map(({ phone, most }) => `${phone}: ${String(most)} sockets at once`);
}

export interface SocketWatch {
  /**
   * Stops, and says what was wrong: one line for each account that ever had more than one socket open.
   *
   * @throws when it has hardly looked, or could not.
   */
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
  // Told to whoever stops it.
  watching.catch(() => undefined);
  return {
    stop: async () => {
      stop.abort();
      await watching;
      assert.ok(samples >= MIN_SAMPLES, `the sockets were looked at ${String(samples)} times only`);
      return [...most].filter(([, count]) => count > 1).map(([phone, count]) => `${phone}: ${String(count)} sockets`);
    },
  };
}
