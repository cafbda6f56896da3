/** What a phone's owner changes for all of their devices, as archiving a chat: each companion is told to ask for it. */
import { node } from '../wire/node-reading.ts';
import type { Person } from './device.ts';
import { unixSeconds, type Network } from './network.ts';

/** The collections of app state, as WhatsApp names them. */
export const COLLECTIONS = [
  'critical_block',
  'critical_unblock_low',
  'regular_high',
  'regular_low',
  'regular',
] as const;

/** Tells a person's companions that there is something new in a collection. What it is they would have to ask for. */
export function announceSettings(network: Network, person: Person, collection: (typeof COLLECTIONS)[number]): void {
  const attrs = { from: person.jid('pn'), type: 'server_sync', id: network.stanzaId(), t: unixSeconds() };
  const version = unixSeconds();
  for (const companion of person.companions)
    companion.deliver(node('notification', attrs, [node('collection', { name: collection, version })]));
}
