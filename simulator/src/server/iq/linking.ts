/** `md`: asking for a pairing code, finishing with one, and a companion that logs itself out. */
import { childOf, node, requireAttr, requireBytes } from '../../wire/node-reading.ts';
import { parseAddress, SERVER_JID } from '../../wire/jid.ts';
import type { BinaryNode } from '../../wire/nodes.ts';
import { unlinkCompanion } from '../device-changes.ts';
import type { Applicant } from '../linking-desk.ts';
import type { Network } from '../network.ts';
import type { Answer, Question } from './question.ts';

/** A companion that removes itself gets its answer first; then the server forgets it. */
export function answerLinking({ network, device, stanza }: Question): Answer {
  const removal = childOf(stanza, 'remove-companion-device');
  if (!removal) return {};
  const removed = network.deviceOf(requireAttr(removal, 'jid'));
  if (removed?.person !== device.person || removed.id === 0) return { error: { code: 403, text: 'forbidden' } };
  return {
    afterwards: () => {
      unlinkCompanion(network, removed);
    },
  };
}

/** An unlinked device's two steps of linking by code. Returns the answer, or `null` for another question. */
export function answerCodeStep(network: Network, applicant: Applicant, stanza: BinaryNode): BinaryNode | null {
  const step = childOf(stanza, 'link_code_companion_reg');
  if (!step) return null;
  const id = requireAttr(stanza, 'id');
  const result = { from: SERVER_JID, type: 'result', id };
  if (step.attrs['stage'] === 'companion_hello') {
    const digits = parseAddress(requireAttr(step, 'jid'))?.user ?? '';
    const wrapped = requireBytes(step, 'link_code_pairing_wrapped_companion_ephemeral_pub');
    const { ref } = network.linking.requestCode(digits, applicant, wrapped);
    return node('iq', result, [
      node('link_code_companion_reg', { stage: 'companion_hello' }, [node('link_code_pairing_ref', {}, ref)]),
    ]);
  }
  const request = network.linking.codeRequestOfRef(requireBytes(step, 'link_code_pairing_ref'));
  if (!request) {
    return node('iq', { ...result, type: 'error' }, [node('error', { code: '404', text: 'item-not-found' })]);
  }
  request.onFinish?.(requireBytes(step, 'link_code_pairing_wrapped_key_bundle'));
  return node('iq', result);
}
