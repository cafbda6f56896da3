/** One switch over what clients send; unknown stanzas are ignored, as the server does. */
import { SERVER_JID } from '../wire/jid.ts';
import { node, requireAttr } from '../wire/node-reading.ts';
import type { BinaryNode } from '../wire/nodes.ts';
import type { Connection } from './connection.ts';
import type { Device } from './device.ts';
import { answerQuestion } from './iq/answer.ts';
import { answerCodeStep } from './iq/linking.ts';
import type { Applicant } from './linking-desk.ts';
import { routeMessage } from './messages.ts';
import type { Network } from './network.ts';
import { routePresence, routeTyping } from './presence.ts';
import { routeReceipt } from './receipts.ts';
import { isRefusedStatus } from './status-updates.ts';

export function takeStanza(network: Network, device: Device, connection: Connection, stanza: BinaryNode): void {
  switch (stanza.tag) {
    case 'iq':
      answerQuestion(network, device, connection, stanza);
      return;
    case 'message':
      routeMessage(network, device, stanza);
      return;
    case 'receipt':
      routeReceipt(network, device, stanza);
      return;
    case 'ack':
      if (!isRefusedStatus(stanza)) device.queue.confirm(requireAttr(stanza, 'class'), requireAttr(stanza, 'id'));
      return;
    case 'presence':
      routePresence(network, device, stanza);
      return;
    case 'chatstate':
      routeTyping(network, device, stanza);
      return;
    default:
      return;
  }
}

/** Before it is linked a device may ask for a pairing code and ping; nothing else has a meaning yet. */
export function takeApplicantStanza(network: Network, applicant: Applicant, stanza: BinaryNode): void {
  if (stanza.tag !== 'iq') return;
  const empty = (): BinaryNode => node('iq', { from: SERVER_JID, type: 'result', id: requireAttr(stanza, 'id') });
  applicant.send(answerCodeStep(network, applicant, stanza) ?? empty());
}
