/**
 * Messages that WhatsApp hands us without what they say, as it does with the first words of a customer who came by an advertisement: only
 * the account's own phone has those. The library asks the phone two seconds after such a message came. If the connection ends in between,
 * or the question cannot be sent, it asks no more. So they are remembered until they can be read, and asked for again whenever a connection
 * opens. Another process finds them in the journal (`without-content.ts`).
 */
import { NO_MESSAGE_FOUND_ERROR_TEXT, proto, type WAMessage, type WASocket } from '@whiskeysockets/baileys';
import type { Logger } from '../telemetry/logger.ts';
import type { AccountMemory, UnavailableMessage } from './account-memory.ts';
import { phoneNotAsked } from './log-events.ts';

const { StubType } = proto.WebMessageInfo;

/** WhatsApp keeps a question for a phone that is offline. One that was asked this often does not have the message. */
const MAX_ASKS = 3;

export interface UnavailableDependencies {
  readonly sock: Pick<WASocket, 'ev' | 'requestPlaceholderResend'>;
  readonly memory: Pick<AccountMemory, 'unavailable'>;
  readonly logger: Logger;
}

/** Follows a connection. To be called before it opens. */
export function askForUnavailable(dependencies: UnavailableDependencies): void {
  const { sock, memory, logger } = dependencies;
  sock.ev.on('messages.upsert', ({ messages }) => {
    for (const info of messages) noteUnavailable(memory, info);
  });
  sock.ev.on('connection.update', ({ connection }) => {
    if (connection !== 'open') return;
    for (const message of memory.unavailable.values()) {
      ask(dependencies, message).catch((error: unknown) => {
        phoneNotAsked(logger, error);
      });
    }
  });
}

/** Remembers a message that came without what it says, and forgets one that can be read. */
export function noteUnavailable({ unavailable }: UnavailableDependencies['memory'], info: WAMessage): void {
  const id = info.key.id ?? '';
  if (info.messageStubType !== StubType.CIPHERTEXT) unavailable.delete(id);
  else if (isAbsent(info) && !unavailable.has(id)) unavailable.set(id, { envelope: envelopeOf(info), asks: 0 });
}

/** Whether the stanza had nothing to decrypt. */
function isAbsent({ messageStubParameters: why }: { readonly messageStubParameters?: unknown }): boolean {
  return Array.isArray(why) && why[0] === NO_MESSAGE_FOUND_ERROR_TEXT;
}

function envelopeOf(info: WAMessage): UnavailableMessage['envelope'] {
  const { key, messageTimestamp = null, pushName = null, participant = null, verifiedBizName = null } = info;
  return { key, messageTimestamp, pushName, participant, verifiedBizName };
}

async function ask({ sock, memory }: UnavailableDependencies, message: UnavailableMessage): Promise<void> {
  const { remoteJid = null, fromMe = null, id = null, participant = null } = message.envelope.key;
  // A copy: the library puts the answer into what it is given.
  const requestId = await sock.requestPlaceholderResend(
    { remoteJid, fromMe, id, participant },
    { ...message.envelope },
  );
  // Nothing was sent: the library is at it, or it came meanwhile.
  if (requestId === undefined || requestId === 'RESOLVED') return;
  message.asks += 1;
  if (message.asks === MAX_ASKS) memory.unavailable.delete(id ?? '');
}
