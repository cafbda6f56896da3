/**
 * What hosts left claimed when they ended. It may have been sent, so whoever runs the account next may send it once more; nothing else
 * comes twice.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { stateFolder } from '../../scripts/lib/repo.ts';
import type { HostProcess } from '../../scripts/lib/host.ts';
import { numberIn, objectIn, textIn } from '../../scripts/lib/json.ts';
import type { EntryStory } from './repeats.ts';
import { adminFirestore, stack } from './stack.ts';
import { HOST_LOGS } from './story.ts';

/** What a host logs that gives up everything because its leases were not renewed in time. */
const LAPSED = 'leases could not be renewed';

interface Lapse {
  /** From the last heartbeat that was answered until the host noticed, ms since 1970. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** When hosts lost their leases while they ran: a machine may be too busy for them to renew those in time. */
function readLapses(): Lapse[] {
  const folder = stateFolder('logs', stack.logs());
  const logs = readdirSync(folder).filter((file) => file.startsWith(HOST_LOGS));
  return logs
    .flatMap((file) => readFileSync(path.join(folder, file), 'utf8').split('\n'))
    .filter((line) => line.includes(LAPSED))
    .map((line) => {
      const logged = objectIn(JSON.parse(line), 'a line of the log');
      const untilMs = Date.parse(textIn(logged, 'time', 'a line of the log'));
      return { fromMs: untilMs - numberIn(logged, 'silentMs', 'a line of the log'), untilMs };
    });
}

/** The hosts are those whose names begin with `HOST_LOGS`. */
export class ClaimsLeft {
  readonly #requestIds: string[] = [];
  #inTheAct = 0;

  /** To be called when a host has ended, and before another takes over from it. */
  async note({ hostId }: HostProcess): Promise<void> {
    const claimed = await adminFirestore().collection('outbox').where('status', '==', 'processing').get();
    const own = claimed.docs.filter((entry) => String(entry.get('claimedBy')).startsWith(`${hostId}-`));
    this.#requestIds.push(...own.map(({ id }) => id));
    if (own.length > 0) this.#inTheAct += 1;
  }

  /**
   * How often the wire may have carried a message once more: for each host that ended with it in hand. What hosts left that lost their
   * leases while it was on its way, nobody could note.
   */
  mayRepeat({ requestId, fromMs, untilMs }: EntryStory): number {
    const lapses = readLapses().filter((lapse) => lapse.fromMs <= untilMs && lapse.untilMs >= fromMs);
    return this.#requestIds.filter((id) => id === requestId).length + lapses.length;
  }

  /** How many hosts ended with a message in hand. */
  hostsInTheAct(): number {
    return this.#inTheAct;
  }

  /** For the record. */
  told(): string {
    const claims = `${String(this.#requestIds.length)} claims left by ${String(this.#inTheAct)} hosts`;
    return `${claims}, leases lost ${String(readLapses().length)} times`;
  }
}
