/**
 * Which WhatsApp Web version this host presents. WhatsApp refuses old ones (405), so the newest is asked for every hour by one of
 * all hosts, and at once when ours is refused. What was learned last is in Firestore; a question that fails changes nothing.
 *
 * What is published may be refused too. Then the version a connection opened with last is presented, until another one is published or
 * that one is refused as well.
 */
import type { Clock } from '../clock.ts';
import type { Database } from '../store/firestore.ts';
import { claimVersionCheck, readVersions, writeGoodVersion, writeVersion } from '../store/versions.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Versions } from '../whatsapp/network.ts';
import { fetchWebVersion, isNewer, isSame, LIBRARY_VERSION, type WebVersion } from '../whatsapp/web-version.ts';
import { versionChanged, versionNotKept, versionNotLearned } from './log-events.ts';
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
  /** With which a connection opened last; `null` while none did that we know of. */
  #good: WebVersion | null = null;
  /** What is published and was refused. */
  #refused: WebVersion | null = null;
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

  accepted(version: WebVersion): void {
    const { db, url, logger } = this.#with;
    if (url === null || (this.#good && isSame(this.#good, version))) return;
    this.#good = version;
    writeGoodVersion(db, version).catch((error: unknown) => {
      versionNotKept(logger, error);
    });
  }

  async refused(version: WebVersion): Promise<void> {
    // Said of another connection before: another one is presented by now.
    if (!isSame(version, this.#version)) return;
    // There is nothing to go back to from the one we go back to: what was refused before it may be taken by now.
    this.#refused = isSame(version, this.#fallback()) ? null : version;
    await this.#learn(REFUSED_INTERVAL_MS);
    if (this.#refused && isSame(this.#refused, this.#version)) this.#present(this.#fallback());
  }

  #fallback(): WebVersion {
    return this.#good ?? LIBRARY_VERSION;
  }

  async #begin(): Promise<void> {
    const { db, url, clock, logger } = this.#with;
    if (url === null) return;
    const adoption = readVersions(db).then(({ learned, good }) => {
      // An old deployment may have stored them: a library that is newer knows better.
      if (learned && isNewer(learned, this.#version)) this.#adopt(learned);
      if (good && isNewer(good, LIBRARY_VERSION)) this.#good ??= good;
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
        if (this.#adopt(latest)) await writeVersion(db, latest);
        return;
      }
      const { learned } = await readVersions(db);
      if (learned && isNewer(learned, this.#version)) this.#adopt(learned);
    } catch (error) {
      versionNotLearned(logger, error);
    }
  }

  /** @returns whether it is taken over: not while it is the one that was refused. */
  #adopt(published: WebVersion): boolean {
    if (this.#refused && isSame(this.#refused, published)) return false;
    this.#refused = null;
    this.#present(published);
    return true;
  }

  #present(version: WebVersion): void {
    if (isSame(version, this.#version)) return;
    versionChanged(this.#with.logger, this.#version, version);
    this.#version = version;
  }
}
