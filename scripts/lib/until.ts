/** Waits for a program that was just started, by asking it, never by guessing how long it takes. */
import { setTimeout as delay } from 'node:timers/promises';
import { lastLines, type Child } from './processes.ts';

/** A start that failed, in words for the person who asked for it. */
export class StartError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StartError';
  }
}

function why(child: Child): string {
  const lines = lastLines(child);
  return lines === '' ? 'It printed nothing.' : `Its last lines:\n\n${lines}\n`;
}

/**
 * Waits until `isReady` holds.
 *
 * @throws StartError when the program ends first or `timeoutMs` passes; with the last lines it printed.
 */
export async function untilReady(child: Child, timeoutMs: number, isReady: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const exit = child.exit();
    if (exit) {
      const how = exit.signal ?? `exit code ${String(exit.code)}`;
      throw new StartError(`${child.name} ended while starting (${how}). ${why(child)}`);
    }
    if (await isReady()) return;
    if (performance.now() > deadline) {
      throw new StartError(`${child.name} was not ready after ${String(timeoutMs / 1000)} s. ${why(child)}`);
    }
    await delay(50);
  }
}

/** Whether an address answers a GET with a success; a refused connection is simply "not yet". */
export async function answersOk(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}
