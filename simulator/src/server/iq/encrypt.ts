/** `encrypt`: a client's own keys (count, upload, digest, rotate) and the keys of those it wants to write to. */
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
  if (users.some((user) => refusesQuestion(network, requireAttr(user, 'jid')))) return { error: GONE };
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

function refusesQuestion(network: Network, jid: string): boolean {
  const person = network.deviceOf(jid) ? null : network.personOf(jid);
  return (
    person !== null && network.faults.peek('ghost', person.phone, (ghost) => ghost.refused === 'question') !== null
  );
}

/** Answered on the address as it was asked; a device that is gone is an error inside the list. */
function keysOf(network: Network, user: BinaryNode): BinaryNode {
  const jid = requireAttr(user, 'jid');
  const device = network.deviceOf(jid);
  if (!device) return node('user', { jid }, [node('error', { code: String(GONE.code), text: GONE.text })]);
  const bundle = takeBundleOf(network, device);
  return node('user', { jid }, [registrationNode(bundle), ...bundleNodes(bundle)]);
}
