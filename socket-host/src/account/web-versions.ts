/**
 * Which WhatsApp Web version this host presents. WhatsApp refuses old ones (405), so the newest is asked for every hour by one of
 * all hosts, and at once when ours is refused. What was learned last is in Firestore; a question that fails changes nothing.
 */
import type { Clock } from '../clock.ts';
import type { Database } from '../store/firestore.ts';
import { claimVersionCheck, readVersion, writeVersion } from '../store/versions.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Versions } from '../whatsapp/network.ts';
import { fetchWebVersion, isNewer, LIBRARY_VERSION, type WebVersion } from '../whatsapp/web-version.ts';
import { versionChanged, versionNotLearned } from './log-events.ts';
import { within } from './within.ts';

const HOUR_MS = 3_600_000;
/** Many accounts may be refused at the same time: one question is enough for all of them. */
const REFUSED_INTERVAL_MS = 10_000;
/** An account that is waiting to connect waits no longer than this for the stored version. */
const PREPARE_TIMEOUT_MS = 3_000;

export interface WebVersionsDependencies {
  readonly db: Database;
  /** Where WhatsApp publishes its web client; `null` for a network that takes any version. */
  readonly url: string | null;
  readonly clock: Clock;
  /** From [0, 1): spreads the hosts over the hour. */
  readonly random: () => number;
  readonly logger: Logger;
}

export class WebVersions implements Versions {
  readonly #with: WebVersionsDependencies;
  #version: WebVersion = LIBRARY_VERSION;
  #prepared: Promise<void> | null = null;

  constructor(dependencies: WebVersionsDependencies) {
    this.#with = dependencies;
  }

  present(): WebVersion {
    return this.#version;
  }

  /** To be called before the first connection: takes over what other hosts have learned, and begins to ask every hour. */
  prepare(): Promise<void> {
    this.#prepared ??= this.#begin();
    return this.#prepared;
  }

  async refused(): Promise<void> {
    await this.#learn(REFUSED_INTERVAL_MS);
  }

  async #begin(): Promise<void> {
    const { db, url, clock, logger } = this.#with;
    if (url === null) return;
    const adoption = readVersion(db).then((stored) => {
      // An old deployment may have stored it: a library that is newer knows better.
      if (stored && isNewer(stored, this.#version)) this.#adopt(stored);
    });
    await within(clock, PREPARE_TIMEOUT_MS, adoption).catch((error: unknown) => {
      versionNotLearned(logger, error);
    });
    void this.#learn(HOUR_MS);
    this.#scheduleNext();
  }

  #scheduleNext(): void {
    const { clock, random } = this.#with;
    clock.after(HOUR_MS * (1 + random() / 10), () => {
      void this.#learn(HOUR_MS);
      this.#scheduleNext();
    });
  }

  /** Asks if no host did lately; takes over what another one learned otherwise. Never throws. */
  async #learn(minIntervalMs: number): Promise<void> {
    const { db, url, logger } = this.#with;
    if (url === null) return;
    try {
      if (await claimVersionCheck(db, minIntervalMs)) {
        const latest = await fetchWebVersion(url);
        this.#adopt(latest);
        await writeVersion(db, latest);
        return;
      }
      const stored = await readVersion(db);
      if (stored && isNewer(stored, this.#version)) this.#adopt(stored);
    } catch (error) {
      versionNotLearned(logger, error);
    }
  }

  #adopt(version: WebVersion): void {
    if (version.join() === this.#version.join()) return;
    versionChanged(this.#with.logger, this.#version, version);
    this.#version = version;
  }
}
