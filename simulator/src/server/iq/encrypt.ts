/** `encrypt`: a client's own keys (count, upload, digest, rotate) and the keys of those it wants to write to. */
import type { FaultOf } from '../../faults/fault.ts';
import { childOf, childrenOf, node, requireAttr } from '../../wire/node-reading.ts';
import type { BinaryNode } from '../../wire/nodes.ts';
import { bundleNodes, registrationNode } from '../bundle-nodes.ts';
import { CompanionKeys } from '../companion-keys.ts';
import { takeBundleOf } from '../device-changes.ts';
import type { Network } from '../network.ts';
import type { Answer, Question } from './question.ts';

const GONE = { code: 406, text: 'not-acceptable' };

export function answerEncrypt(question: Question): Answer {
  const { network, device, stanza } = question;
  const wanted = childOf(stanza, 'key');
  if (wanted) return answerKeys(network, childrenOf(wanted, 'user'));
  const { keys } = device;
  if (!(keys instanceof CompanionKeys)) return {};
  if (childOf(stanza, 'count')) return { content: [node('count', { value: String(keys.preKeyCount) })] };
  if (childOf(stanza, 'digest')) return { content: [node('digest', {}, [node('identity', {}, keys.identity)])] };
  const rotation = childOf(stanza, 'rotate');
  if (rotation) keys.rotate(rotation);
  else if (stanza.attrs['type'] === 'set') keys.upload(stanza);
  return {};
}

function answerKeys(network: Network, users: readonly BinaryNode[]): Answer {
  if (users.some((user) => ghostAt(network, requireAttr(user, 'jid'))?.refused === 'question')) return { error: GONE };
  return {
    content: [
      node(
        'list',
        {},
        users.map((user) => keysOf(network, user)),
      ),
    ],
  };
}

/** The fault by which there are no keys for a device. */
function ghostAt(network: Network, jid: string): FaultOf<'ghost'> | null {
  const [person, device] = [network.personOf(jid), network.deviceOf(jid)];
  if (!person) return null;
  return network.faults.peek('ghost', person.phone, ({ of }) => (of === 'phone' ? device?.id === 0 : !device));
}

/** Answered on the address as it was asked; a device that is gone is an error inside the list. */
function keysOf(network: Network, user: BinaryNode): BinaryNode {
  const jid = requireAttr(user, 'jid');
  const device = ghostAt(network, jid) ? null : network.deviceOf(jid);
  if (!device) return node('user', { jid }, [node('error', { code: String(GONE.code), text: GONE.text })]);
  const bundle = takeBundleOf(network, device);
  return node('user', { jid }, [registrationNode(bundle), ...bundleNodes(bundle)]);
}
