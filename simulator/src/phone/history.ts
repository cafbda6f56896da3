/** What a phone sends a companion that was just linked: its chats so far, inline, and whose LID is whose number. */
import { deflateSync } from 'node:zlib';
import { proto } from '../wire/proto.ts';
import type { Device } from '../server/device.ts';
import { chatOf, type DisplayedMessage } from './inbox.ts';
import type { Phone } from './phone.ts';
import { sendPeerMessage } from './sending.ts';

const { HistorySyncType } = proto.HistorySync;
const { Status } = proto.WebMessageInfo;

/** Sent even when there are no chats: clients hold back events until it came. */
export async function sendHistory(phone: Phone, companion: Device): Promise<void> {
  const history = proto.HistorySync.encode(historyOf(phone)).finish();
  const message: proto.IMessage = {
    protocolMessage: {
      type: proto.Message.ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION,
      historySyncNotification: {
        syncType: proto.Message.HistorySyncType.INITIAL_BOOTSTRAP,
        chunkOrder: 1,
        progress: 100,
        initialHistBootstrapInlinePayload: deflateSync(history),
      },
    },
  };
  await sendPeerMessage(phone, companion, message);
}

function historyOf(phone: Phone): proto.IHistorySync {
  const chats = new Map<string, DisplayedMessage[]>();
  for (const shown of phone.inbox.list()) {
    const chat = chatOf(shown);
    if (chat !== null && shown.copies > 0) chats.set(chat, [...(chats.get(chat) ?? []), shown]);
  }
  const peers = [...chats].flatMap(([chat, messages]) => {
    const peer = phone.network.personOfPhone(chat);
    return peer ? [{ peer, messages }] : [];
  });
  return {
    syncType: HistorySyncType.INITIAL_BOOTSTRAP,
    chunkOrder: 1,
    progress: 100,
    conversations: peers.map(({ peer, messages }) => ({
      id: peer.jid('lid'),
      pnJid: peer.jid('pn'),
      name: peer.name,
      conversationTimestamp: secondsOf(messages.at(-1)),
      unreadCount: messages.filter((shown) => !shown.isRead).length,
      // Newest first, as phones send them.
      messages: messages.toReversed().map((shown) => ({ message: webMessageOf(shown, peer.jid('lid')) })),
    })),
    phoneNumberToLidMappings: [phone.person, ...peers.map(({ peer }) => peer)].map((person) => ({
      lidJid: person.jid('lid'),
      pnJid: person.jid('pn'),
    })),
    pushnames: peers.map(({ peer }) => ({ id: peer.jid('lid'), pushname: peer.name })),
  };
}

function secondsOf(shown: DisplayedMessage | undefined): number {
  return Math.floor(Date.parse(shown?.at ?? '') / 1000) || 0;
}

/** What was received has come by definition. */
const STATUSES = {
  sending: Status.PENDING,
  refused: Status.ERROR,
  sent: Status.SERVER_ACK,
  delivered: Status.DELIVERY_ACK,
  read: Status.READ,
} as const;

/** A message of a chat as the phone keeps it. */
export function webMessageOf(shown: DisplayedMessage, remoteJid: string): proto.IWebMessageInfo {
  return {
    key: { remoteJid, fromMe: shown.fromMe, id: shown.id },
    messageTimestamp: secondsOf(shown),
    status: STATUSES[shown.status ?? 'delivered'],
    message: { conversation: shown.text ?? '' },
  };
}
