/**
 * A TCP proxy between a host and what it talks to, so that a test can cut the host off and let it back. Two ways to be cut off:
 * `refuse` is a dead address (connections are reset, new ones too); `hold` is a network that swallows packets and delivers them late:
 * nothing gets through either way, and at `heal` all that was on its way arrives after all, however old it is. Or it can be `slow`:
 * all gets through, and what comes back does so late.
 */
import { createServer, Socket, type AddressInfo } from 'node:net';

export type Cut = 'refuse' | 'hold';

export interface Proxy {
  readonly port: number;
  /** host:port, for a setting. */
  readonly address: string;
  cut(how: Cut): void;
  /** From now on what comes back is so late, ms; `heal` does not hurry what is under way. */
  slow(ms: number): void;
  /** How many connections there are at this moment. */
  connections(): number;
  heal(): void;
  stop(): Promise<void>;
}

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

/** What one end says is passed to the other, in its order; when one ends, so does the other. */
function join(from: Socket, to: Socket, lateMs: () => number): void {
  const waiting: { readonly atMs: number; readonly task: () => void }[] = [];
  const drain = (): void => {
    for (let [next] = waiting; next; [next] = waiting) {
      const leftMs = next.atMs - performance.now();
      if (leftMs > 0) {
        setTimeout(drain, leftMs);
        return;
      }
      waiting.shift();
      next.task();
    }
  };
  const pass = (task: () => void): void => {
    waiting.push({ atMs: performance.now() + lateMs(), task });
    if (waiting.length === 1) drain();
  };
  from.on('data', (bytes) => {
    pass(() => to.write(bytes));
  });
  from.on('end', () => {
    pass(() => to.end());
  });
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
}

/** @param target host:port */
export async function startProxy(target: string): Promise<Proxy> {
  const [host = '', port = ''] = target.split(':');
  const pairs = new Set<Pair>();
  let state: 'open' | Cut = 'open';
  let lateMs = 0;
  const hold = ({ near, far }: Pair): void => {
    near.pause();
    far.pause();
  };
  const server = createServer((near) => {
    if (state === 'refuse') {
      near.resetAndDestroy();
      return;
    }
    const far = new Socket();
    const pair = { near, far };
    pairs.add(pair);
    near.on('close', () => pairs.delete(pair));
    join(near, far, () => 0);
    join(far, near, () => lateMs);
    far.connect(Number(port), host);
    if (state === 'hold') hold(pair);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    address: `127.0.0.1:${String(address.port)}`,
    cut: (how) => {
      state = how;
      for (const pair of pairs) {
        if (how === 'hold') hold(pair);
        else {
          pair.near.resetAndDestroy();
          pair.far.destroy();
        }
      }
    },
    slow: (ms) => {
      lateMs = ms;
    },
    connections: () => pairs.size,
    heal: () => {
      state = 'open';
      lateMs = 0;
      for (const { near, far } of pairs) {
        near.resume();
        far.resume();
      }
    },
    stop: async () => {
      for (const { near, far } of pairs) {
        near.destroy();
        far.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
