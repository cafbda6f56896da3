/** Which WhatsApp a process talks to. The root of trust is process-wide in the library, so one process serves one network. */
import { WA_CERT_DETAILS } from '@whiskeysockets/baileys';
import { LIBRARY_VERSION, type WebVersion } from './web-version.ts';

/** Knows which version to present, and can be told that WhatsApp refused one. */
export interface Versions {
  present(): WebVersion;
  refused(): Promise<void>;
}

/** For networks that take any version. */
const ANY_VERSION: Versions = { present: () => LIBRARY_VERSION, refused: () => Promise.resolve() };

export interface Network {
  readonly url: string;
  /** Hex of another network's certificate root; `null` for WhatsApp's own. */
  readonly noiseRoot: string | null;
  /** The WhatsApp Web version to present. */
  version(): WebVersion;
  /** Learns the newest version, after the server refused ours. Keeps the present one when that fails. */
  refreshVersion(): Promise<void>;
}

export function createNetwork(url: string, noiseRoot: string | null, versions: Versions = ANY_VERSION): Network {
  return { url, noiseRoot, version: () => versions.present(), refreshVersion: () => versions.refused() };
}

/** Trusts the network's own root, where it has one. */
export function trustNetwork({ noiseRoot }: Network): void {
  if (noiseRoot !== null) WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(noiseRoot, 'hex');
}
