/**
 * Answers what an account has no use for, before anybody looks at it: status updates, what its owner asks Meta AI on the phone or sends
 * from there through a broadcast list, and what its owner changes there for all devices, as by archiving a chat.
 *
 * WhatsApp keeps what it is not answered for, sends it again at each login, ends the connection over it after 50 minutes, and may hold
 * back what came later, customers’ messages among it. The library does not know `<status>` and answers nothing; of a status update
 * in the older form it says, where it cannot decrypt it, that it failed, which is no answer to WhatsApp; and it takes a question to Meta
 * AI for a message to ourselves, and confirms it as one. Of what was changed it asks the whole, for as long as it takes, under the lock
 * that every message needs, and answers only then: left without an answer of WhatsApp's it would be deaf and mute, on each connection
 * anew (`server_sync` in its messages-recv.js, `resyncAppState` in its chats.js).
 *
 * What the owner sends through a broadcast list stands on the phone in the chat with each who is on the list. The library tells of it with
 * the list alone, by which no thread is found, and takes it for a customer's message where its sender is named by our LID: the thread would
 * be one with ourselves. So it is in no thread.
 *
 * Sources: https://github.com/oxidezap/whatsapp-rust/pull/1101, https://github.com/devlikeapro/waha/issues/2151,
 * https://github.com/WhiskeySockets/Baileys/pull/2779.
 */
import {
  areJidsSameUser,
  buildAckStanza,
  isJidBroadcast,
  isJidMetaAI,
  isJidStatusBroadcast,
  type BinaryNode,
  type Contact,
  type WASocket,
} from '@whiskeysockets/baileys';
import type { Logger } from '../telemetry/logger.ts';
import { inFront } from './in-front.ts';
import { unwantedNotAnswered } from './log-events.ts';

/** @returns what to answer, in place of the library; `null` for what is the library's. */
export function answerTo(node: BinaryNode, me: Pick<Contact, 'id' | 'lid'>): BinaryNode | null {
  const { from = '', participant = from } = node.attrs;
  if (node.tag === 'notification') return node.attrs['type'] === 'server_sync' ? buildAckStanza(node) : null;
  if (node.tag === 'status' || isJidStatusBroadcast(from)) return buildAckStanza(node, undefined, me.id);
  const isOurs = areJidsSameUser(participant, me.id) || areJidsSameUser(participant, me.lid);
  return isOurs ? answerToOwn(node.attrs) : null;
}

/** Of what is written on our phone: who else it went to decides. */
function answerToOwn({ id = '', from = '', participant = from, recipient }: BinaryNode['attrs']): BinaryNode | null {
  const attrs = { id, to: from, type: 'sender' };
  if (isJidBroadcast(from)) return { tag: 'receipt', attrs: { ...attrs, participant } };
  if (recipient === undefined || !isJidMetaAI(recipient)) return null;
  return { tag: 'receipt', attrs: { ...attrs, recipient } };
}

/** To be called when all others listen: none of them gets what is answered here. */
export function answerUnwanted(sock: Pick<WASocket, 'ws' | 'sendNode' | 'user'>, logger: Logger): void {
  for (const event of ['CB:message', 'CB:status', 'CB:notification']) {
    inFront(sock.ws, event, (node, passOn) => {
      const answer = sock.user ? answerTo(node, sock.user) : null;
      if (!answer) {
        passOn();
        return;
      }
      // WhatsApp repeats what it was not answered for at the next login.
      sock.sendNode(answer).catch((error: unknown) => {
        unwantedNotAnswered(logger, node.tag, error);
      });
    });
  }
}
