/** What a phone tells a companion that asks for messages it was handed without what they say. */
import { proto } from '../wire/proto.ts';
import type { Device } from '../server/device.ts';
import { webMessageOf } from './history.ts';
import { chatOf } from './inbox.ts';
import type { Phone } from './phone.ts';
import { sendPeerMessage } from './sending.ts';

const { PeerDataOperationRequestType, ProtocolMessage } = proto.Message;

/** @param requestId of the message it asked with. Anything else it says is not answered. */
export async function answerCompanion(
  phone: Phone,
  companion: Device,
  requestId: string,
  { protocolMessage }: proto.IMessage,
): Promise<void> {
  const wanted = protocolMessage?.peerDataOperationRequestMessage?.placeholderMessageResendRequest ?? [];
  const results = wanted.flatMap(({ messageKey }) => resultFor(phone, messageKey?.id ?? ''));
  if (results.length === 0) return;
  await sendPeerMessage(phone, companion, {
    protocolMessage: {
      type: ProtocolMessage.Type.PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE,
      peerDataOperationRequestResponseMessage: {
        peerDataOperationRequestType: PeerDataOperationRequestType.PLACEHOLDER_MESSAGE_RESEND,
        stanzaId: requestId,
        peerDataOperationResult: results,
      },
    },
  });
}

function resultFor(
  phone: Phone,
  id: string,
): proto.Message.PeerDataOperationRequestResponseMessage.IPeerDataOperationResult[] {
  const shown = phone.inbox.find(id);
  const chat = shown && chatOf(shown);
  const peer = chat ? phone.network.personOfPhone(chat) : null;
  if (!shown || !peer) return [];
  const webMessageInfoBytes = proto.WebMessageInfo.encode(webMessageOf(shown, peer.jid('lid'))).finish();
  return [{ placeholderMessageResendResponse: { webMessageInfoBytes } }];
}
