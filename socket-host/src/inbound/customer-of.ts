import { parseJid } from '@switchboard/contract/jid';
import type { Customer } from '../store/threads.ts';
import type { WireMessage } from '../whatsapp/types.ts';

/** Who a message belongs to: both spellings of the chat, and a name only the customer may set. */
export function customerOf(message: WireMessage): Customer {
  const jids = message.chatAltJid === null ? [message.chatJid] : [message.chatJid, message.chatAltJid];
  const isNamed = !message.fromMe && parseJid(message.chatJid)?.kind !== 'group';
  return { jids, displayName: isNamed ? message.senderName : null };
}
