/** A key bundle as nodes: the same leaves in the answer to a key fetch and in a retry receipt. */
import { node, uintBytes } from '../wire/node-reading.ts';
import type { BinaryNode } from '../wire/nodes.ts';
import type { KeyBundle } from '../wire/signal.ts';

const KEY_TYPE = Buffer.from([5]);

export function registrationNode(bundle: KeyBundle): BinaryNode {
  return node('registration', {}, uintBytes(bundle.registrationId, 4));
}

/** Type, identity, signed pre-key and, where there is one, a one-time key. */
export function bundleNodes(bundle: KeyBundle): BinaryNode[] {
  const { signedPreKey, preKey } = bundle;
  const skey = node('skey', {}, [
    node('id', {}, uintBytes(signedPreKey.id, 3)),
    node('value', {}, signedPreKey.publicKey),
    node('signature', {}, signedPreKey.signature),
  ]);
  const leaves = [node('type', {}, KEY_TYPE), node('identity', {}, bundle.identity), skey];
  if (preKey)
    leaves.push(node('key', {}, [node('id', {}, uintBytes(preKey.id, 3)), node('value', {}, preKey.publicKey)]));
  return leaves;
}
