/**
 * A TCP proxy between a host and what it talks to, so that a test can cut the host off and let it back. Two ways to be cut off:
 * `refuse` is a dead address (connections are reset, new ones too); `hold` is a network that swallows packets and delivers them late:
 * nothing gets through either way, and at `heal` all that was on its way arrives after all, however old it is.
 */
import { createServer, Socket, type AddressInfo } from 'node:net';

export type Cut = 'refuse' | 'hold';

export interface Proxy {
  readonly port: number;
  /** host:port, for a setting. */
  readonly address: string;
  cut(how: Cut): void;
  /** How many connections there are at this moment. */
  connections(): number;
  heal(): void;
  stop(): Promise<void>;
}

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

/** What one end says is passed to the other; when one ends, so does the other. */
function join(from: Socket, to: Socket): void {
  from.on('data', (bytes) => to.write(bytes));
  from.on('end', () => to.end());
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
}

/** @param target host:port */
export async function startProxy(target: string): Promise<Proxy> {
  const [host = '', port = ''] = target.split(':');
  const pairs = new Set<Pair>();
  let state: 'open' | Cut = 'open';
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
    join(near, far);
    join(far, near);
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
    connections: () => pairs.size,
    heal: () => {
      state = 'open';
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
