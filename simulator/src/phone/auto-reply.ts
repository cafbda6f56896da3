/** A chatty customer: reads, types, and answers each text of someone else with its echo. */
import { node } from '../wire/node-reading.ts';
import { routeTyping } from '../server/presence.ts';
import type { Content, Envelope } from './inbox.ts';
import type { Phone } from './phone.ts';
import { sendTo } from './sending.ts';

const ECHO = 'echo: ';

/** Echoes are not echoed: two chatty phones would never stop. */
export function maybeReply(phone: Phone, envelope: Envelope, { text }: Content): void {
  const { replyDelayMs } = phone.options;
  const peer = phone.network.personOfPhone(envelope.from);
  if (replyDelayMs === null || envelope.group !== null || text === null || text.startsWith(ECHO) || !peer) return;
  setTimeout(() => {
    phone.markRead(peer.phone);
    setTyping(phone, peer.jid('lid'), 'composing');
  }, replyDelayMs / 2).unref();
  setTimeout(() => {
    setTyping(phone, peer.jid('lid'), 'paused');
    sendTo(phone, peer, { conversation: `${ECHO}${text}` }).done.catch((error: unknown) => {
      phone.network.stats.couldNotHandle(error);
    });
  }, replyDelayMs).unref();
}

export type TypingState = 'composing' | 'recording' | 'paused';

export function setTyping(phone: Phone, to: string, state: TypingState): void {
  const shown = state === 'recording' ? node('composing', { media: 'audio' }) : node(state);
  routeTyping(phone.network, phone.device, node('chatstate', { to }, [shown]));
}
