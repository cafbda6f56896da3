/** Turns the library's batches of events into ours, in the order a reader expects them. Pure. */
import type { BaileysEventMap, WAMessage } from '@whiskeysockets/baileys';
import { fromWire, groupReceiptOf, receiptOf, sentAtSeconds } from './from-wire.ts';
import type { SocketEvent, WireSource } from './types.ts';

export interface WireContext {
  /** The LID of a number or the number of a LID, as learned so far. */
  readonly otherSpelling: (jid: string) => string | null;
  /** Whether we sent this message ourselves: its echo is no news. */
  readonly isOwnSend: (waMessageId: string) => boolean;
}

function messageEvents(messages: readonly WAMessage[], source: WireSource, context: WireContext): SocketEvent[] {
  return messages.flatMap((info) => {
    const message = fromWire(info, source, context.otherSpelling);
    if (!message || (message.fromMe && context.isOwnSend(message.waMessageId))) return [];
    return [{ type: 'message' as const, message }];
  });
}

/** History comes newest first; a thread is read oldest first. */
function byTime(messages: readonly WAMessage[]): WAMessage[] {
  return messages.toSorted((a, b) => sentAtSeconds(a) - sentAtSeconds(b));
}

/** What a batch says of messages and receipts. */
export function wireEvents(batch: Partial<BaileysEventMap>, context: WireContext): SocketEvent[] {
  const history = batch['messaging-history.set']?.messages ?? [];
  const upsert = batch['messages.upsert'];
  const receipts = [
    ...(batch['messages.update'] ?? []).map(receiptOf),
    ...(batch['message-receipt.update'] ?? []).map(({ key, receipt }) => groupReceiptOf(key, receipt)),
  ];
  return [
    ...messageEvents(byTime(history), 'history', context),
    ...messageEvents(upsert?.messages ?? [], upsert?.type === 'append' ? 'backlog' : 'live', context),
    ...receipts.flatMap((receipt) => (receipt ? [{ type: 'receipt' as const, receipt }] : [])),
  ];
}
