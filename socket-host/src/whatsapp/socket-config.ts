/** The settings each socket of ours is opened with, and why. */
import { Browsers, type UserFacingSocketConfig } from '@whiskeysockets/baileys';
import type { Logger } from '../telemetry/logger.ts';
import type { AccountMemory } from './account-memory.ts';
import type { AuthState } from './auth-state.ts';
import type { Calls } from './calls.ts';
import type { InboundJournal } from './journal.ts';
import { libraryLogger } from './library-logger.ts';
import type { Network } from './network.ts';
import { guardedRepository } from './signal-repository.ts';
import type { SocketTiming } from './timing.ts';
import { decodeBuilt } from './to-wire.ts';
import type { WebVersion } from './web-version.ts';
import { WHOLE_DOWNLOADS } from './whole-downloads.ts';

/** How long WhatsApp may take to answer a question. It does in well under a second. */
const QUERY_TIMEOUT_MS = 30_000;

export interface ConfigInput {
  readonly auth: AuthState;
  readonly journal: InboundJournal;
  readonly calls: Calls;
  readonly network: Network;
  readonly version: WebVersion;
  readonly memory: AccountMemory;
  readonly timing: SocketTiming;
  readonly findSentMessage: (waMessageId: string) => Promise<Uint8Array | null>;
  readonly logger: Logger;
}

export function socketConfig(input: ConfigInput): UserFacingSocketConfig {
  const { auth, journal, calls, network, version, memory, timing, findSentMessage, logger } = input;
  return {
    auth: auth.state(),
    waWebSocketUrl: network.url,
    version: [...version],
    // Some accounts refuse devices with a name WhatsApp does not know.
    browser: Browsers.macOS('Chrome'),
    logger: libraryLogger(logger),
    // Own sends are known from the outbox. With it, an early refusal would be swallowed by the echo.
    emitOwnEvents: false,
    // The phone goes on ringing.
    markOnlineOnConnect: false,
    syncFullHistory: false,
    defaultQueryTimeoutMs: QUERY_TIMEOUT_MS,
    keepAliveIntervalMs: timing.keepAliveMs,
    options: WHOLE_DOWNLOADS,
    ...(timing.qrTimeoutMs !== null && { qrTimeout: timing.qrTimeoutMs }),
    // The session repeats a failed commit itself, and knows when to stop.
    transactionOpts: { maxCommitRetries: 1, delayBetweenTriesMs: 0 },
    userDevicesCache: memory.devices,
    msgRetryCounterCache: memory.retries,
    callOfferCache: calls.offers,
    cachedGroupMetadata: (jid) => Promise.resolve(memory.groups.get(jid)),
    // When a message could not be read twice, it would throw away all sessions with its sender, and with them whatever else of that
    // sender is on its way. A new session is made beside them in any case, from the keys in the second retry receipt.
    enableAutoSessionRecreation: false,
    makeSignalRepository: guardedRepository(auth.creds, auth.keys, journal, logger),
    // Asked when a recipient could not decrypt. By id alone: they may name the chat by another spelling.
    getMessage: async ({ id }) => {
      const built = id ? await findSentMessage(id) : null;
      return built ? decodeBuilt(built) : undefined;
    },
  };
}
