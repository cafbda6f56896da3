/**
 * Keeps the library from confirming a receipt before what it says is stored: WhatsApp tells us once that a message was delivered or
 * read, and forgets it when we have confirmed it. A crash in between left a message at one tick for ever.
 */
import { storedMessageIdOf } from '@switchboard/contract/ids';
import { bareJid, parseJid } from '@switchboard/contract/jid';
import { getBinaryNodeChildren, type BinaryNode, type WASocket } from '@whiskeysockets/baileys';
import { inFront } from './in-front.ts';
import type { WireReceipt } from './types.ts';

/** What the types of a receipt say of a message we sent. Others (retries, what our own devices have read) are the library's. */
const STATUSES: ReadonlyMap<string, WireReceipt['status']> = new Map([
  ['', 'delivered'],
  ['read', 'read'],
  ['played', 'played'],
]);

/** Of which message a receipt tells, and who in a group has it. */
interface Told {
  readonly id: string;
  readonly participantJid: string | null;
}

/** A receipt may be about several messages: one is named by the stanza itself, the others are listed in it. */
function idsIn({ attrs, content }: BinaryNode): string[] {
  const list = Array.isArray(content) ? content.find(({ tag }) => tag === 'list') : undefined;
  const items = Array.isArray(list?.content) ? list.content : [];
  return [attrs, ...items.map((item) => item.attrs)].flatMap(({ id }) => (id === undefined ? [] : [id]));
}

/**
 * A group's receipt is of the one member it names, or of several: then it lists by message (`participants`) the members (`user`) who have
 * it, and its own id stands for none. What names nobody says nothing: it must not pass for what all of the group have done.
 */
function toldByMembers(node: BinaryNode): Told[] {
  const { participant } = node.attrs;
  if (participant !== undefined) return idsIn(node).flatMap((id) => toldBy(participant, id));
  return getBinaryNodeChildren(node, 'participants').flatMap((message) =>
    getBinaryNodeChildren(message, 'user').flatMap(({ attrs }) => toldBy(attrs['jid'], message.attrs['key'])),
  );
}

function toldBy(jid: string | undefined, id: string | undefined): Told[] {
  const participantJid = bareJid(jid ?? '');
  return participantJid === null || id === undefined ? [] : [{ id, participantJid }];
}

/** What a stanza says of messages we sent. */
export function receiptsIn(node: BinaryNode): WireReceipt[] {
  const { type = '', recipient, from = '' } = node.attrs;
  const status = STATUSES.get(type);
  const kind = parseJid(from)?.kind;
  // With a recipient it is one of our own devices that tells. Of what our phone sent through a broadcast list, and of its status updates,
  // nothing is stored here.
  if (!status || recipient !== undefined || kind === 'broadcast') return [];
  const told = kind === 'group' ? toldByMembers(node) : idsIn(node).map((id) => ({ id, participantJid: null }));
  return told.map(({ id, participantJid }) => {
    return { waMessageId: storedMessageIdOf(id), status, errorCode: null, participantJid };
  });
}

/** @param report is told of each receipt, and calls back once that is stored; the library gets the stanza when all of it is. */
export function holdReceipts(ws: WASocket['ws'], report: (receipt: WireReceipt, stored: () => void) => void): void {
  inFront(ws, 'CB:receipt', (node, passOn) => {
    const receipts = receiptsIn(node);
    let left = receipts.length;
    if (left === 0) passOn();
    for (const receipt of receipts) {
      report(receipt, () => {
        left -= 1;
        if (left === 0) passOn();
      });
    }
  });
}
