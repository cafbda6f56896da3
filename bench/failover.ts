/**
 * How long a business is without its numbers when a host goes: killed, replaced by a deployment, or started from nothing.
 *
 * Connected means by the account's document and by the network's own count of open sockets, whichever is later. Hosts have their
 * default settings, leases included. Each figure is the median of some runs.
 */
import type { HostProcess } from '../scripts/lib/host.ts';
import type { LinkedAccount } from '../test/support/journey.ts';
import { startHost } from '../test/support/stack.ts';
import { signInAs } from '../test/support/staff.ts';
import { freshId } from '../test/support/unique.ts';
import { linkAccounts, whenAllConnected } from './accounts.ts';
import { linkBareSockets } from './bare.ts';
import { besideFloor, bounded, comparedTo, medianOf, type Bench } from './bench.ts';

const ACCOUNTS = 30;
const RUNS = 5;
const GOALS = { failoverS: 20, handoverS: 2, restoreRatio: 2 } as const;

type Say = (line: string) => void;

/** Hosts that never give accounts away on their own: nothing but what is measured moves them. */
function start(): Promise<HostProcess> {
  return startHost({ hostId: freshId('host'), env: { REBALANCE_INTERVAL_MS: '3600000' } });
}

function seconds(ms: number): number {
  return ms / 1_000;
}

function listed(took: readonly number[]): string {
  return `${took.map((ms) => seconds(ms).toFixed(2)).join(', ')} s`;
}

async function repeated(say: Say, what: string, run: () => Promise<number>): Promise<number> {
  const took: number[] = [];
  for (let turn = 0; turn < RUNS; turn += 1) took.push(await run());
  say(`${what}: ${listed(took)}`);
  return seconds(medianOf(took));
}

/** How long it takes from the end of one host until another has its accounts; the other is the one next time. */
function changeOver(accounts: readonly LinkedAccount[], first: HostProcess, end: (host: HostProcess) => unknown) {
  let owner = first;
  const run = async (): Promise<number> => {
    const heir = await start();
    const startedAt = performance.now();
    end(owner);
    await whenAllConnected(accounts, heir.hostId);
    const tookMs = performance.now() - startedAt;
    await owner.process.exited;
    owner = heir;
    return tookMs;
  };
  return { run, owner: () => owner };
}

/** How long a host takes from the start of its process, when no other has the accounts. */
async function restore(accounts: readonly LinkedAccount[]): Promise<number> {
  const startedAt = performance.now();
  const host = await start();
  await whenAllConnected(accounts, host.hostId);
  const tookMs = performance.now() - startedAt;
  await host.stop();
  return tookMs;
}

export const failover: Bench = {
  name: 'failover',
  run: async (say) => {
    say(`linking ${String(ACCOUNTS)} accounts and ${String(ACCOUNTS)} bare sockets ...`);
    const first = await start();
    const accounts = await linkAccounts(await signInAs('admin'), ACCOUNTS);
    const killed = changeOver(accounts, first, (host) => process.kill(host.process.pid, 'SIGKILL'));
    const failoverS = await repeated(say, 'failover', killed.run);
    const asked = changeOver(accounts, killed.owner(), (host) => process.kill(host.process.pid, 'SIGTERM'));
    const bare = await linkBareSockets(ACCOUNTS);
    // By turns with their floors, so that whatever else the machine does meets both.
    const handoverFloors: number[] = [];
    const handoverS = await repeated(say, 'handover', async () => {
      handoverFloors.push(await bare.handOver());
      return asked.run();
    });
    await asked.owner().stop();
    const restoreFloors: number[] = [];
    const restoreS = await repeated(say, 'restore', async () => {
      restoreFloors.push(await bare.open());
      return restore(accounts);
    });
    say(`bare sockets handed over: ${listed(handoverFloors)}, opened: ${listed(restoreFloors)}`);
    return [
      bounded('failover', 's', failoverS, GOALS.failoverS),
      besideFloor(seconds(medianOf(handoverFloors)), bounded('handover', 's', handoverS, GOALS.handoverS)),
      comparedTo(seconds(medianOf(restoreFloors)), 'restore-30', 's', restoreS, GOALS.restoreRatio),
    ];
  },
};
