/** Which WhatsApp a process talks to. The root of trust is process-wide in the library, so one process serves one network. */
import { DEFAULT_CONNECTION_CONFIG, fetchLatestWaWebVersion, WA_CERT_DETAILS } from '@whiskeysockets/baileys';
import type { Logger } from '../telemetry/logger.ts';
import { versionRefreshFailed } from './log-events.ts';

export interface Network {
  readonly url: string;
  /** Hex of another network's certificate root; `null` for WhatsApp's own. */
  readonly noiseRoot: string | null;
  /** The WhatsApp Web version to present. */
  version(): readonly [number, number, number];
  /** Learns the newest version, after the server refused ours. Keeps the present one when that fails. */
  refreshVersion(): Promise<void>;
}

const REFRESH_TIMEOUT_MS = 10_000;

export function createNetwork(url: string, noiseRoot: string | null, logger: Logger): Network {
  let version = DEFAULT_CONNECTION_CONFIG.version;
  return {
    url,
    noiseRoot,
    version: () => version,
    refreshVersion: async () => {
      // Another network than WhatsApp's own has no versions to ask for.
      if (noiseRoot !== null) return;
      const latest = await fetchLatestWaWebVersion({ signal: AbortSignal.timeout(REFRESH_TIMEOUT_MS) });
      if (latest.isLatest) ({ version } = latest);
      else versionRefreshFailed(logger, 'no answer that names one');
    },
  };
}

/** Trusts the network's own root, where it has one. */
export function trustNetwork({ noiseRoot }: Network): void {
  if (noiseRoot !== null) WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(noiseRoot, 'hex');
}
