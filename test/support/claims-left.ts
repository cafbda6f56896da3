/**
 * What hosts left claimed when they ended. It may have been sent, so whoever runs the account next may send it once more; nothing else
 * comes twice.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { stateFolder } from '../../scripts/lib/repo.ts';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { adminFirestore, stack } from './stack.ts';
import { HOST_LOGS } from './story.ts';

/** What a host logs that gives up everything because its leases were not renewed in time. */
const LAPSED = 'leases could not be renewed';

/** How often hosts lost their leases while they ran: a machine may be too busy for them to renew those in time. */
function countLapses(): number {
  const folder = stateFolder('logs', stack.logs());
  const logs = readdirSync(folder).filter((file) => file.startsWith(HOST_LOGS));
  return logs.reduce((sum, file) => sum + readFileSync(path.join(folder, file), 'utf8').split(LAPSED).length - 1, 0);
}

/** The hosts are those whose names begin with `HOST_LOGS`. */
export class ClaimsLeft {
  readonly #requestIds: string[] = [];

  /** To be called when a host has ended, and before another takes over from it. */
  async note({ hostId }: HostProcess): Promise<void> {
    const claimed = await adminFirestore().collection('outbox').where('status', '==', 'processing').get();
    const own = claimed.docs.filter((entry) => String(entry.get('claimedBy')).startsWith(`${hostId}-`));
    this.#requestIds.push(...own.map(({ id }) => id));
  }

  /** How often the wire may have carried a message once more. What hosts left that lost their leases meanwhile, nobody could note. */
  mayRepeat(requestId: string): number {
    return this.#requestIds.filter((id) => id === requestId).length + countLapses();
  }

  /** For the record. */
  told(): string {
    return `${String(this.#requestIds.length)} claims left, leases lost ${String(countLapses())} times`;
  }
}
