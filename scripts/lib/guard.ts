/**
 * The process that outlives its starter by a moment: when the pipe from it closes, whatever the starter died of, all
 * that carries its mark is asked to end and then made to. Started by processes.ts; takes the mark as its argument.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { killMarked, markedProcesses, signalIfAlive } from './marks.ts';

/** How long what was left behind gets to end by itself, ms. */
const GRACE_MS = 5_000;

async function clear(mark: string): Promise<void> {
  for (const pid of markedProcesses(mark)) signalIfAlive(pid, 'SIGTERM');
  const deadline = performance.now() + GRACE_MS;
  while (performance.now() < deadline && markedProcesses(mark).length > 0) await delay(50);
  await killMarked(mark);
}

const mark = process.argv[2];
if (mark === undefined) throw new Error('usage: guard.ts <mark>');
// A Ctrl-C in the terminal is for the starter; the guard's turn comes when the starter is gone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdin.resume();
process.stdin.once('close', () => {
  void clear(mark).finally(() => process.exit());
});
