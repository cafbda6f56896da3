/** Sends built messages over one socket and says what became of each. Owns the line between "certainly not sent" and "maybe sent". */
import { parseJid } from '@switchboard/contract/jid';
import type { Clock } from '../clock.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Ack, Acks, PendingAck } from './acks.ts';
import { closeOf, CONNECTION_CLOSED } from './close-of.ts';
import { trustFailed } from './log-events.ts';
import { noteTrust } from './privacy-token.ts';
import {
  forgetDevices,
  groupOf,
  membersIn,
  notSent,
  prepareGroup,
  preparePerson,
  resolveRecipient,
  type RecipientDependencies,
  type Resolved,
} from './recipient.ts';
import { showTyping } from './show-typing.ts';
import { decodeBuilt, stanzaAttributesOf } from './to-wire.ts';
import type { SendOutcome } from './types.ts';
import type { Watchdog } from './watchdog.ts';

/** How long the server may take to answer a message. Ours: WhatsApp answers in well under a second. */
const ACK_TIMEOUT_MS = 30_000;
/** How long a relay may take to end once no answer is to be expected: what it fails with may prove that nothing left. */
const LAST_WORD_MS = 2_000;
/** The server takes the stanza for malformed: usually a device or session that is no longer there. */
const STALE_DEVICES = '479';

export interface SenderDependencies extends RecipientDependencies {
  readonly acks: Acks;
  /** Gives up a connection that lets none of them leave. */
  readonly watchdog: Pick<Watchdog, 'messageLeaving' | 'messageLeft'>;
  readonly isOpen: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class Sender {
  readonly #with: SenderDependencies;

  constructor(dependencies: SenderDependencies) {
    this.#with = dependencies;
  }

  async send(recipientJid: string, waMessageId: string, built: Uint8Array): Promise<SendOutcome> {
    if (!this.#with.isOpen()) return notSent('not-connected', 'the connection is down');
    const { watchdog } = this.#with;
    watchdog.messageLeaving(waMessageId);
    try {
      return await this.#sendOver(recipientJid, waMessageId, built);
    } finally {
      watchdog.messageLeft(waMessageId);
    }
  }

  async countMembers(recipientJid: string): Promise<number | null> {
    if (!this.#with.isOpen() || parseJid(recipientJid)?.kind !== 'group') return null;
    try {
      await groupOf(this.#with, recipientJid);
    } catch {
      return null;
    }
    return membersIn(this.#with, recipientJid);
  }

  async showTyping(recipientJid: string, signal: AbortSignal): Promise<void> {
    if (this.#with.isOpen()) await showTyping(this.#with, recipientJid, signal);
  }

  async #sendOver(recipientJid: string, waMessageId: string, built: Uint8Array): Promise<SendOutcome> {
    const prepared = await this.#prepare(recipientJid);
    if (prepared.kind !== 'jid') return prepared;
    const { sock, keys, clock, logger } = this.#with;
    const trust = prepared.jid.endsWith('@lid') ? await noteTrust(sock, keys, prepared.jid, clock.nowMs()) : null;
    const recipientCount = membersIn(this.#with, prepared.jid);
    const outcome = await this.#relay(prepared.jid, waMessageId, built);
    if (outcome.kind === 'acked' && trust) {
      trust().catch((error: unknown) => {
        trustFailed(logger, error);
      });
    }
    if (outcome.kind === 'refused' && outcome.code === STALE_DEVICES) await forgetDevices(this.#with, prepared.jid);
    return outcome.kind === 'acked' && recipientCount !== null ? { ...outcome, recipientCount } : outcome;
  }

  async #prepare(recipientJid: string): Promise<Resolved> {
    try {
      const resolved = await resolveRecipient(this.#with, recipientJid);
      if (resolved.kind !== 'jid') return resolved;
      if (!resolved.jid.endsWith('@g.us')) return await preparePerson(this.#with, resolved.jid);
      await prepareGroup(this.#with, resolved.jid);
      return resolved;
    } catch (error) {
      const { code, message } = closeOf(error);
      return notSent(code === CONNECTION_CLOSED || !this.#with.isOpen() ? 'not-connected' : 'not-encrypted', message);
    }
  }

  async #relay(jid: string, waMessageId: string, built: Uint8Array): Promise<SendOutcome> {
    const { sock, acks, memory, watchdog } = this.#with;
    const message = decodeBuilt(built);
    const pending = acks.expect(waMessageId);
    memory.sentIds.set(waMessageId, true);
    const relayed = sock
      .relayMessage(jid, message, { messageId: waMessageId, additionalAttributes: stanzaAttributesOf(message) })
      .finally(() => {
        watchdog.messageLeft(waMessageId);
      })
      .then(
        () => {
          pending.startTimer(ACK_TIMEOUT_MS);
          return null;
        },
        (error: unknown) => {
          pending.cancel();
          return outcomeOfBrokenRelay(error, this.#with.isOpen());
        },
      );
    const broken = await Promise.race([relayed, this.#outOfTime(pending)]);
    return broken ?? outcomeOfAck(await pending.answer);
  }

  /** Over a connection that is gone a relay may wait for ever, and the lane of its thread with it. */
  async #outOfTime({ answer }: PendingAck): Promise<null> {
    await answer;
    return new Promise((resolve) => {
      this.#with.clock.after(LAST_WORD_MS, () => {
        resolve(null);
      });
    });
  }
}

/** Which errors prove that nothing left. Whatever else happens may have happened after the bytes were out. */
function outcomeOfBrokenRelay(error: unknown, isOpen: boolean): SendOutcome {
  const { code, message } = closeOf(error);
  // Once a connection is over its ratchets cannot be made durable, so nothing is encrypted.
  if (message === 'All encryptions failed') return notSent(isOpen ? 'not-encrypted' : 'not-connected', message);
  // The library looks at the connection before it writes.
  if (code === CONNECTION_CLOSED) return notSent('not-connected', message);
  return { kind: 'unacknowledged', detail: message };
}

function outcomeOfAck(ack: Ack): SendOutcome {
  if (ack.kind === 'unanswered') return { kind: 'unacknowledged', detail: ack.detail };
  return ack.error === null ? { kind: 'acked', serverAt: ack.serverAt } : { kind: 'refused', code: ack.error };
}
