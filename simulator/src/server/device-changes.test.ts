import assert from 'node:assert/strict';
import { node, uintBytes } from '../wire/node-reading.ts';
import type { BinaryNode } from '../wire/nodes.ts';
import { CompanionKeys, bundleOfRetry } from './companion-keys.ts';
import { bundleNodes, registrationNode } from './bundle-nodes.ts';
import { linkCompanion, takeBundleOf } from './device-changes.ts';
import type { Device } from './device.ts';
import { Network } from './network.ts';

const bundle = {
  registrationId: 7,
  identity: Buffer.alloc(32, 1),
  signedPreKey: { id: 1, publicKey: Buffer.alloc(32, 2), signature: Buffer.alloc(64, 3) },
  preKey: null,
};

function upload(ids: readonly number[]): BinaryNode {
  const keys = ids.map((id) => ({ ...bundle, preKey: { id, publicKey: Buffer.alloc(32, id) } }));
  const list = keys.map((key) => bundleNodes(key).at(-1)).filter((leaf) => leaf !== undefined);
  return node('iq', {}, [registrationNode(bundle), ...bundleNodes(bundle), node('list', {}, list)]);
}

describe('the keys of a companion', () => {
  let network: Network;
  let companion: Device;
  let sent: BinaryNode[];

  beforeEach(() => {
    network = new Network();
    const person = network.addPerson('40700000001', 'Shop');
    companion = linkCompanion(network, person, 1, { noiseKey: Buffer.alloc(32), bundle });
    sent = [];
    companion.attach({
      send: (stanza) => sent.push(stanza),
      close: () => undefined,
      fallSilent: () => undefined,
      sendGarbage: () => undefined,
    });
    companion.activate();
  });

  function take(): number | null {
    return takeBundleOf(network, companion).preKey?.id ?? null;
  }

  it('are handed out once each, oldest first, and then without a one-time key', () => {
    assert.ok(companion.keys instanceof CompanionKeys);
    companion.keys.upload(upload([5, 6]));
    assert.deepEqual([take(), take(), take()], [5, 6, null]);
  });

  it('are asked for when few are left, not before', () => {
    assert.ok(companion.keys instanceof CompanionKeys);
    companion.keys.upload(upload([1, 2, 3, 4, 5, 6]));
    take();
    assert.equal(sent.length, 0);
    take();
    assert.deepEqual(
      [sent[0]?.tag, sent[0]?.attrs['type'], sent[0]?.attrs['from']],
      ['notification', 'encrypt', '@s.whatsapp.net'],
    );
  });

  it('come with a retry receipt when it carries them', () => {
    const preKey = { id: 9, publicKey: Buffer.alloc(32, 9) };
    const keys = node('keys', {}, bundleNodes({ ...bundle, preKey }));
    assert.deepEqual(bundleOfRetry(node('receipt', {}, [registrationNode(bundle), keys])), { ...bundle, preKey });
    assert.equal(bundleOfRetry(node('receipt', {}, [node('registration', {}, uintBytes(7, 4))])), null);
  });
});
