/**
 * Questions (`<iq type=get|set>`) and who answers them, by namespace. What nobody knows gets an empty result,
 * for an unanswered question blocks a client for a minute.
 */
import { node, requireAttr } from '../../wire/node-reading.ts';
import { SERVER_JID } from '../../wire/jid.ts';
import type { BinaryNode } from '../../wire/nodes.ts';
import type { FaultOf } from '../../faults/fault.ts';
import type { Device, DeviceLink } from '../device.ts';
import type { Network } from '../network.ts';
import { answerAppState } from './app-state.ts';
import { answerEncrypt } from './encrypt.ts';
import { answerGroups } from './groups.ts';
import { answerLinking } from './linking.ts';
import { answerMedia } from './media.ts';
import { answerMex } from './mex.ts';
import { answerPassive } from './passive.ts';
import { answerPicture, answerPrivacy, answerProps, answerBlocklist } from './profile.ts';
import type { Answer, IqResponder } from './question.ts';
import { answerUsync, protocolsIn } from './usync.ts';

export const responders = new Map<string, IqResponder>([
  ['encrypt', answerEncrypt],
  ['usync', answerUsync],
  ['passive', answerPassive],
  ['md', answerLinking],
  ['w:sync:app:state', answerAppState],
  ['w:g2', answerGroups],
  ['w:m', answerMedia],
  ['w:mex', answerMex],
  ['w:profile:picture', answerPicture],
  ['privacy', answerPrivacy],
  ['abt', answerProps],
  ['blocklist', answerBlocklist],
]);

export function answerQuestion(network: Network, device: Device, link: DeviceLink, stanza: BinaryNode): void {
  const xmlns = stanza.attrs['xmlns'] ?? '';
  const isMuted = (fault: FaultOf<'mute'>): boolean =>
    fault.xmlns === xmlns && (fault.about === null || fault.about === protocolsIn(stanza).join());
  if (network.faults.take('mute', device.person.phone, isMuted)) return;
  const answer = responders.get(xmlns)?.({ network, device, stanza }) ?? {};
  link.send(answerStanza(stanza, answer));
  answer.afterwards?.();
}

function answerStanza(stanza: BinaryNode, answer: Answer): BinaryNode {
  const attrs = { from: stanza.attrs['to'] ?? SERVER_JID, id: requireAttr(stanza, 'id') };
  if (answer.error) {
    const { code, text } = answer.error;
    return node('iq', { ...attrs, type: 'error' }, [node('error', { code: String(code), text })]);
  }
  return node('iq', { ...attrs, type: 'result' }, answer.content ?? []);
}
