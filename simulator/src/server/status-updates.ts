/**
 * Status updates, as those who may see them are sent them: in a stanza of their own, or in the older form as a message. They are encrypted
 * with one key for all, which each companion is given with the first it gets; here, as for one that was linked since, it never was.
 */
import { randomBytes } from 'node:crypto';
import { node } from '../wire/node-reading.ts';
import type { BinaryNode } from '../wire/nodes.ts';
import type { Person } from './device.ts';
import { unixSeconds, type Network } from './network.ts';

const STATUS_JID = 'status@broadcast';
const CIPHERTEXT_BYTES = 160;

export const STATUS_FORMS = ['status', 'message'] as const;

/** Sends a status update of `poster` to the companions of `viewer`. @returns its id. */
export function sendStatus(
  network: Network,
  poster: Person,
  viewer: Person,
  form: (typeof STATUS_FORMS)[number],
): string {
  const id = network.stanzaId();
  const attrs = { id, from: STATUS_JID, participant: poster.jid('lid'), participant_pn: poster.jid('pn') };
  const enc = node('enc', { v: '2', type: 'skmsg' }, randomBytes(CIPHERTEXT_BYTES));
  const stanza = node(form, { ...attrs, t: unixSeconds(), type: 'text', notify: poster.name }, [enc]);
  for (const companion of viewer.companions) companion.deliver(stanza);
  return id;
}

/** Whether a client says of a status update that it could not take it. WhatsApp goes on waiting for its answer. */
export function isRefusedStatus({ attrs }: BinaryNode): boolean {
  return attrs['to'] === STATUS_JID && attrs['error'] !== undefined;
}
