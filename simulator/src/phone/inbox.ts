/**
 * What a phone shows. A message id is displayed once, as WhatsApp does; how often it arrived readable (`copies`)
 * and unreadable (`undecryptable`) is counted, so that a test sees a duplicate or a broken ratchet.
 */

import type { Change } from './content.ts';

export type DeliveryStatus = 'sending' | 'sent' | 'delivered' | 'read' | 'refused';

export interface Reaction {
  readonly from: string;
  readonly emoji: string;
}

export interface DisplayedMessage {
  readonly id: string;
  /** Numbers in E.164; `to` is `null` until the message could be read. */
  readonly from: string;
  to: string | null;
  /** The group's id, `null` in a chat of two. */
  readonly group: string | null;
  readonly fromMe: boolean;
  /** `null` until a copy could be read, and for kinds without text. */
  text: string | null;
  kind: string;
  /** ISO 8601: when it came or was sent. */
  readonly at: string;
  copies: number;
  undecryptable: number;
  /** What the sender sees; `null` on what others wrote. */
  status: DeliveryStatus | null;
  quotedId: string | null;
  /** What the one who answered copied of it. */
  quotedText: string | null;
  readonly reactions: Reaction[];
  isRead: boolean;
  isEdited: boolean;
  isRevoked: boolean;
}

/** What identifies a message and its chat, known even when it cannot be read. */
export interface Envelope {
  readonly id: string;
  readonly from: string;
  readonly to: string | null;
  readonly group: string | null;
  readonly fromMe: boolean;
  /** The address it came from: receipts go there. */
  readonly replyTo: string;
  /** In a group or through a broadcast list, the device that wrote it: receipts name it. */
  readonly participant: string | null;
}

/** Messages that are confirmed together: from one address and, in a group or through a list, one device. */
export interface ReadMessages {
  readonly to: string;
  readonly participant: string | null;
  readonly ids: readonly string[];
}

export interface Content {
  readonly kind: string;
  readonly text: string | null;
  readonly quotedId: string | null;
  readonly quotedText: string | null;
}

interface Entry {
  readonly shown: DisplayedMessage;
  readonly replyTo: string;
  readonly participant: string | null;
}

const ORDER: Record<DeliveryStatus, number> = { sending: 0, refused: 1, sent: 2, delivered: 3, read: 4 };

export class Inbox {
  readonly #entries = new Map<string, Entry>();

  /** Shows a readable message, or counts one more copy of it. Returns whether it is new to the person. */
  show(envelope: Envelope, content: Content): boolean {
    const { shown } = this.#entryOf(envelope);
    shown.copies += 1;
    if (shown.copies > 1) return false;
    Object.assign(shown, content);
    shown.to = envelope.to;
    return true;
  }

  countUndecryptable(envelope: Envelope): void {
    this.#entryOf(envelope).shown.undecryptable += 1;
  }

  find(id: string): DisplayedMessage | null {
    return this.#entries.get(id)?.shown ?? null;
  }

  /** Delivery status only moves forward. */
  raiseStatus(id: string, status: DeliveryStatus): void {
    const shown = this.find(id);
    if (shown?.status && ORDER[status] > ORDER[shown.status]) shown.status = status;
  }

  /** What someone did to a message that is shown; of others nothing is seen. */
  apply(from: string, change: Change): void {
    const target = this.find(change.id);
    // Only who wrote a message edits or deletes it.
    if (!target || (change.is !== 'reaction' && target.from !== from) || target.isRevoked) return;
    switch (change.is) {
      case 'reaction':
        this.#react(target.reactions, { from, emoji: change.emoji });
        return;
      case 'edit':
        Object.assign(target, { text: change.text, isEdited: true });
        return;
      case 'revoke':
        Object.assign(target, { text: null, isRevoked: true });
        target.reactions.splice(0);
    }
  }

  #react(reactions: Reaction[], reaction: Reaction): void {
    const before = reactions.findIndex(({ from }) => from === reaction.from);
    if (before >= 0) reactions.splice(before, 1);
    if (reaction.emoji !== '') reactions.push(reaction);
  }

  /** Newest last, of one chat or of all. */
  list(peer: string | null = null): readonly DisplayedMessage[] {
    const all = [...this.#entries.values()].map(({ shown }) => shown);
    return peer === null ? all : all.filter((shown) => chatOf(shown) === peer);
  }

  /** Marks what a chat holds as read and says which messages those were. */
  markRead(peer: string): readonly ReadMessages[] {
    const read = new Map<string, { to: string; participant: string | null; ids: string[] }>();
    for (const { shown, replyTo, participant } of this.#entries.values()) {
      if (shown.fromMe || shown.isRead || shown.copies === 0 || chatOf(shown) !== peer) continue;
      shown.isRead = true;
      const author = `${replyTo} ${participant ?? ''}`;
      const together = read.get(author) ?? { to: replyTo, participant, ids: [] };
      together.ids.push(shown.id);
      read.set(author, together);
    }
    return [...read.values()];
  }

  #entryOf(envelope: Envelope): Entry {
    const known = this.#entries.get(envelope.id);
    if (known) return known;
    const { id, from, to, group, fromMe, replyTo, participant } = envelope;
    const shown: DisplayedMessage = {
      ...{ id, from, to, group, fromMe, text: null, kind: 'unreadable', at: new Date().toISOString() },
      ...{ copies: 0, undecryptable: 0, status: fromMe ? 'sending' : null, reactions: [] },
      ...{ quotedId: null, quotedText: null },
      ...{ isRead: fromMe, isEdited: false, isRevoked: false },
    };
    const entry = { shown, replyTo, participant };
    this.#entries.set(id, entry);
    return entry;
  }
}

/** The chat a message stands in: a group, or the other person. */
export function chatOf(message: DisplayedMessage): string | null {
  if (message.group !== null) return message.group;
  return message.fromMe ? message.to : message.from;
}
