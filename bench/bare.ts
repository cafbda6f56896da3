/** Bare Baileys sockets to compare with: linked once, then opened by a fresh process as often as wanted. */
import path from 'node:path';
import { startChild, type Child } from '../scripts/lib/processes.ts';
import { ROOT, stateFolder } from '../scripts/lib/repo.ts';
import { simulator } from '../test/support/simulator-client.ts';
import { stack } from '../test/support/stack.ts';
import { freshPhone } from '../test/support/unique.ts';
import { waitFor } from '../test/support/wait.ts';
import { whenAllOpen } from './accounts.ts';

const TIMEOUT_MS = 120_000;

export interface BareSockets {
  /** Starts a process that opens them all. @returns how long it took from the start of the process, ms. */
  open(): Promise<number>;
  /**
   * Starts a process that opens them all, has it end, and another that is up by then open them.
   *
   * @returns how long all took from one to the other, ms.
   */
  handOver(): Promise<number>;
}

function start(name: string, args: readonly string[]): Child {
  return startChild({
    name,
    command: process.execPath,
    args: [path.join(ROOT, 'bench', 'bare-sockets.ts'), ...args],
    output: { file: path.join(stateFolder('logs', stack.logs()), `${name}.log`) },
  });
}

async function whenPrinted(child: Child, line: string): Promise<void> {
  await waitFor(
    () => ({ lines: child.printed().split('\n'), exit: child.exit() }),
    ({ lines, exit }) => lines.includes(line) || exit !== null,
    { what: `${child.name} to print "${line}"`, timeoutMs: TIMEOUT_MS },
  );
  if (child.exit()) throw new Error(`${child.name} ended early:\n${child.printed()}`);
}

/** The last code each socket shows, by the socket's name. */
function shownCodes(child: Child): Map<string, string> {
  const lines = child.printed().split('\n').slice(0, -1);
  return new Map(
    lines.flatMap((line) => {
      const [name, code] = line.split(' ');
      return name !== undefined && code !== undefined ? [[name, code] as const] : [];
    }),
  );
}

export async function linkBareSockets(count: number): Promise<BareSockets> {
  const folder = stateFolder('logs', stack.logs(), 'bare');
  const linking = start('bare-linking', ['link', folder, String(count)]);
  const codes = await waitFor(
    () => shownCodes(linking),
    (shown) => shown.size === count,
    { what: 'every bare socket to show a code', timeoutMs: TIMEOUT_MS },
  );
  const phones: string[] = [];
  for (const code of codes.values()) {
    const phone = freshPhone();
    await simulator.addPhone({ phone });
    await simulator.scan(phone, code);
    phones.push(phone);
  }
  await whenPrinted(linking, 'open');
  await linking.stop();
  const whenOpen = async (child: Child): Promise<void> => {
    await whenPrinted(child, 'open');
    await whenAllOpen(phones, TIMEOUT_MS);
  };
  return {
    open: async () => {
      const startedAt = performance.now();
      const child = start('bare-sockets', ['open', folder]);
      await whenOpen(child);
      const tookMs = performance.now() - startedAt;
      await child.stop();
      return tookMs;
    },
    handOver: async () => {
      const owner = start('bare-sockets', ['open', folder]);
      await whenOpen(owner);
      const heir = start('bare-heir', ['wait', folder]);
      await whenPrinted(heir, 'ready');
      const startedAt = performance.now();
      process.kill(owner.pid, 'SIGTERM');
      await owner.exited;
      process.kill(heir.pid, 'SIGUSR2');
      await whenOpen(heir);
      const tookMs = performance.now() - startedAt;
      await heir.stop();
      return tookMs;
    },
  };
}
