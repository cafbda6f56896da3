/** What a thread shows of wire content, and what a change of the wire is to it. Pure. */
import type { MessageChange } from '@switchboard/contract/change';
import { OUR_REACTION, type MessageKind, type Quoted } from '@switchboard/contract/message';
import { searchTokensOf } from '@switchboard/contract/search';
import { quotedOf } from '@switchboard/contract/target';
import type { Timestamp } from '@switchboard/contract/timestamp';
import type { WireChange, WireContent, WireMessage, WireQuote } from '../whatsapp/types.ts';

/** What makes a message of its own. */
export type MessageContent = Exclude<WireContent, WireChange | { readonly kind: 'nothing' }>;

export function isChange(content: WireContent): content is WireChange {
  return content.kind === 'reaction' || content.kind === 'edit' || content.kind === 'delete';
}

export interface ShownContent {
  readonly kind: MessageKind;
  readonly body: string;
  readonly searchTokens: string[];
}

export function shownContent(content: MessageContent): ShownContent {
  switch (content.kind) {
    case 'text':
      return { kind: 'text', body: content.text, searchTokens: searchTokensOf(content.text) };
    case 'unsupported':
      return { kind: 'unsupported', body: `[${content.wireKind}]`, searchTokens: [] };
    case 'undecryptable':
      return { kind: 'undecryptable', body: '[waiting for this message]', searchTokens: [] };
  }
}

export function quoteIn(content: MessageContent): WireQuote | null {
  return (content.kind === 'text' ? content.quote : null) ?? null;
}

/** A quoted message we do not have, as far as the wire tells of it. */
export function quotedByWire(quote: WireQuote, { chatJid, chatAltJid, isGroup }: WireMessage): Quoted | null {
  if (quote.text === null) return null;
  const isTheirs = isGroup || quote.authorJid === chatJid || quote.authorJid === chatAltJid;
  return quotedOf({
    waMessageId: quote.waMessageId,
    direction: isTheirs ? 'inbound' : 'outbound',
    senderJid: isTheirs ? quote.authorJid : null,
    kind: 'text',
    body: quote.text,
  });
}

/**
 * @param customerJid who the thread is with, in the one spelling it is known by: a reaction of theirs must replace their last one.
 * @param at when it was done: by the sender's clock where it was told, which is finer than WhatsApp's.
 */
export function messageChange(
  content: WireChange,
  { fromMe, isGroup, senderJid }: WireMessage,
  customerJid: string,
  at: Timestamp,
): MessageChange {
  const by = fromMe ? OUR_REACTION : isGroup ? (senderJid ?? customerJid) : customerJid;
  switch (content.kind) {
    case 'reaction':
      return { by, at, kind: 'reaction', emoji: content.emoji };
    case 'edit':
      return { by, at, kind: 'edit', text: content.text };
    case 'delete':
      return { by, at, kind: 'delete' };
  }
}

/** WhatsApp stamps whole seconds: what it stamped may have been done up to so much later, ms. */
const STAMP_MS = 999;

/**
 * When a change was done, as far as anybody tells. The sender's clock is believed only up to when WhatsApp had it, which is the same
 * however often the change comes: one from the future would stand against all that come after it.
 */
export function timeOfChange(content: WireChange, sentAt: Date | null, now: Date): Date {
  const told = content.kind === 'delete' ? null : content.at;
  if (!told) return sentAt ?? now;
  const latest = sentAt ? new Date(sentAt.getTime() + STAMP_MS) : now;
  return told.getTime() <= latest.getTime() ? told : latest;
}
