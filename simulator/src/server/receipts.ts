/**
 * Receipts confirm, and they travel on: delivered and read to everyone on the other side, a retry to the one
 * device that sent the message, `sender` (another own device has it) to the device that wrote it. Those of what came
 * through a broadcast list go to the list and name who sent it, who hears from the list who has it.
 */
import { isGroupJid, isListJid, modeOf } from '../wire/jid.ts';
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
  const to = authorIn(receipt);
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

/** Whose message a receipt is about. */
function authorIn(receipt: BinaryNode): string {
  const to = requireAttr(receipt, 'to');
  return isListJid(to) ? requireAttr(receipt, 'participant') : to;
}

/** Where a receipt is from for those who are told of it. */
function addressesOf(sender: Device, receipt: BinaryNode): Record<string, string | undefined> {
  const { to = '', participant } = receipt.attrs;
  const address = sender.jid(modeOf(authorIn(receipt)));
  return isListJid(to) ? { from: to, participant: address } : { from: address, participant };
}

function forwarded(sender: Device, receipt: BinaryNode): BinaryNode {
  const { id, type, recipient } = receipt.attrs;
  const attrs = attrsOf({ ...addressesOf(sender, receipt), id, type, recipient, t: unixSeconds() });
  return node('receipt', attrs, receipt.content);
}

/** What was read on one device is read on all. */
function tellOwnDevices(sender: Device, receipt: BinaryNode): void {
  const { id } = receipt.attrs;
  const about = { id, type: 'read-self', recipient: authorIn(receipt), t: unixSeconds() };
  const attrs = attrsOf({ ...addressesOf(sender, receipt), ...about });
  for (const device of sender.person.devices.values())
    if (device !== sender) device.deliver(node('receipt', attrs, receipt.content));
}
