/**
 * Receipts confirm, and they travel on: delivered and read to everyone on the other side, a retry to the one
 * device that sent the message, `sender` (another own device has it) to the device that wrote it.
 */
import { isGroupJid, modeOf } from '../wire/jid.ts';
import { attrsOf, childOf, childrenOf, node, requireAttr } from '../wire/node-reading.ts';
import type { BinaryNode } from '../wire/nodes.ts';
import type { Device } from './device.ts';
import { routeGroupReceipt } from './group-routing.ts';
import { unixSeconds, type Network } from './network.ts';

/** Types that say "this device has it", so that the server need not keep it. The empty one is plain delivery. */
const CONFIRMING = new Set(['', 'inactive', 'sender', 'peer_msg', 'hist_sync']);
/** Of these the other side never hears. */
const PRIVATE = new Set(['inactive', 'peer_msg', 'hist_sync', 'server-error']);

export function idsOf(receipt: BinaryNode): readonly string[] {
  const listed = childrenOf(childOf(receipt, 'list'), 'item').flatMap((item) => item.attrs['id'] ?? []);
  return [requireAttr(receipt, 'id'), ...listed];
}

export function routeReceipt(network: Network, sender: Device, receipt: BinaryNode): void {
  const type = receipt.attrs['type'] ?? '';
  const to = requireAttr(receipt, 'to');
  if (CONFIRMING.has(type)) for (const id of idsOf(receipt)) sender.queue.confirm('message', id);
  network.stats.receipts += 1;
  if (type === 'retry') network.stats.retries += 1;
  sender.sendNow(
    node('ack', attrsOf({ class: 'receipt', id: receipt.attrs['id'], from: to, type: receipt.attrs['type'] })),
  );
  if (PRIVATE.has(type)) return;
  if (isGroupJid(to)) routeGroupReceipt(network, sender, receipt, idsOf(receipt));
  else forward(network, sender, receipt, type);
}

function forward(network: Network, sender: Device, receipt: BinaryNode, type: string): void {
  const to = requireAttr(receipt, 'to');
  const target = network.personOf(to);
  if (!target) return;
  if (type === 'retry' || type === 'sender') {
    network.deviceOf(to)?.deliver(forwarded(sender, receipt));
    return;
  }
  if (target !== sender.person)
    for (const device of target.devices.values()) device.deliver(forwarded(sender, receipt));
  if (type === 'read' || type === 'read-self' || type === 'played') tellOwnDevices(sender, receipt);
}

function forwarded(sender: Device, receipt: BinaryNode): BinaryNode {
  const { id, type, to, recipient, participant } = receipt.attrs;
  const from = sender.jid(modeOf(to ?? ''));
  return node('receipt', attrsOf({ from, id, type, recipient, participant, t: unixSeconds() }), receipt.content);
}

/** What was read on one device is read on all. */
function tellOwnDevices(sender: Device, receipt: BinaryNode): void {
  const { id, to } = receipt.attrs;
  const from = sender.jid(modeOf(to ?? ''));
  const attrs = attrsOf({ from, id, type: 'read-self', recipient: to, t: unixSeconds() });
  for (const device of sender.person.devices.values())
    if (device !== sender) device.deliver(node('receipt', attrs, receipt.content));
}
