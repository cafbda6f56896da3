/** Which WhatsApp a process talks to. The root of trust is process-wide in the library, so one process serves one network. */
import { WA_CERT_DETAILS } from '@whiskeysockets/baileys';
import { LIBRARY_VERSION, type WebVersion } from './web-version.ts';

/** Knows which version to present, and is told what WhatsApp made of those that were. */
export interface Versions {
  present(): WebVersion;
  accepted(version: WebVersion): void;
  refused(version: WebVersion): Promise<void>;
}

/** For networks that take any version. */
const ANY_VERSION: Versions = {
  present: () => LIBRARY_VERSION,
  accepted: () => undefined,
  refused: () => Promise.resolve(),
};

export interface Network {
  readonly url: string;
  /** Hex of another network's certificate root; `null` for WhatsApp's own. */
  readonly noiseRoot: string | null;
  /** The WhatsApp Web version to present. */
  version(): WebVersion;
  /** A connection that presented this version has opened. */
  versionAccepted(version: WebVersion): void;
  /** The server refused this version. Learns the newest one, or goes back to one it took, and presents that from then on. */
  versionRefused(version: WebVersion): Promise<void>;
}

export function createNetwork(url: string, noiseRoot: string | null, versions: Versions = ANY_VERSION): Network {
  return {
    url,
    noiseRoot,
    version: () => versions.present(),
    versionAccepted: (version) => {
      versions.accepted(version);
    },
    versionRefused: (version) => versions.refused(version),
  };
}

/** Trusts the network's own root, where it has one. */
export function trustNetwork({ noiseRoot }: Network): void {
  if (noiseRoot !== null) WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(noiseRoot, 'hex');
}
