/** Both ends of "I could not read this": asking the sender again, and encrypting again for who asked. */
import { attrsOf, childOf, node, requireAttr } from '../wire/node-reading.ts';
import type { BinaryNode } from '../wire/nodes.ts';
import { bundleNodes, registrationNode } from '../server/bundle-nodes.ts';
import { bundleOfRetry } from '../server/companion-keys.ts';
import { takeBundleOf } from '../server/device-changes.ts';
import { routeReceipt } from '../server/receipts.ts';
import type { Phone } from './phone.ts';
import { resend, sessionOf } from './sending.ts';

/** As often as WhatsApp's clients ask, and answer. */
const MAX_RETRIES = 5;

function countOf(phone: Phone, key: string): number {
  const count = (phone.retries.get(key) ?? 0) + 1;
  phone.retries.set(key, count);
  return count;
}

/** Sends a retry receipt with fresh keys, so that the sender can start a new session at once. */
export function askAgain(phone: Phone, stanza: BinaryNode): void {
  const { from, recipient, participant, t } = stanza.attrs;
  const id = requireAttr(stanza, 'id');
  const count = countOf(phone, `asked|${id}|${participant ?? from ?? ''}`);
  if (count > MAX_RETRIES) return;
  const bundle = phone.signal.takeBundle();
  const receipt = node('receipt', attrsOf({ id, to: from, type: 'retry', recipient, participant }), [
    node('retry', attrsOf({ count: String(count), id, t, v: '1' })),
    registrationNode(bundle),
    node('keys', {}, bundleNodes(bundle)),
  ]);
  routeReceipt(phone.network, phone.device, receipt);
}

/** A device could not read one of ours: a new session from the keys it sent, or else from the server's. */
export async function answerRetry(phone: Phone, receipt: BinaryNode): Promise<void> {
  const id = requireAttr(receipt, 'id');
  const asking = phone.network.deviceOf(receipt.attrs['participant'] ?? requireAttr(receipt, 'from'));
  const sent = phone.sent.get(id);
  if (!asking || !sent) return;
  if (countOf(phone, `answered|${id}|${asking.jid('lid')}`) > MAX_RETRIES) return;
  const bundle = bundleOfRetry(receipt) ?? takeBundleOf(phone.network, asking);
  await phone.signal.startSession(sessionOf(asking), bundle);
  const asked = childOf(receipt, 'retry')?.attrs;
  await resend(phone, sent, asking, { count: asked?.['count'] ?? '1', t: asked?.['t'] });
}
