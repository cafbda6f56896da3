/** What a connection to WhatsApp is opened with. */
import type { Clock } from '../clock.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { AccountMemory } from './account-memory.ts';
import type { SessionPort } from './auth-state.ts';
import type { Network } from './network.ts';
import type { SocketTiming } from './timing.ts';
import type { SocketEvent } from './types.ts';
import type { WebVersion } from './web-version.ts';

export interface SocketOptions {
  readonly accountId: string;
  readonly network: Network;
  /** Whether this phone is the account's own; no other is let to link. */
  readonly mayLink: (waJid: string) => boolean;
  /** Whether the account is ours at this moment; nothing is said on the connection while it is not. */
  readonly maySpeak: () => boolean;
  /** The WhatsApp Web version to present. */
  readonly version: WebVersion;
  readonly session: SessionPort;
  /** What the account remembers between sockets; see `createAccountMemory`. */
  readonly memory: AccountMemory;
  /** The built form of a message we sent, for recipients that could not decrypt it. */
  readonly findSentMessage: (waMessageId: string) => Promise<Uint8Array | null>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long each step towards `open` may take, ms. */
  readonly openTimeoutMs: number;
  readonly timing?: SocketTiming;
  /** Takes the events, one after the other. */
  readonly emit: (event: SocketEvent) => void;
}
