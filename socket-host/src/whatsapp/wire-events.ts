/** Turns the library's batches of events into ours, in the order a reader expects them. */
import type { BaileysEventMap, WAMessage, WAMessageKey } from '@whiskeysockets/baileys';
import { fromWire, sentAtSeconds } from './from-wire.ts';
import type { HandedOver } from './journal.ts';
import type { SocketEvent, WireSource } from './types.ts';

export interface WireContext {
  /** The LID of a number or the number of a LID, as learned so far. */
  readonly otherSpelling: (jid: string) => string | null;
  /** Whether we sent this message ourselves: its echo is no news. */
  readonly isOwnSend: (waMessageId: string) => boolean;
  /** Whether a message the library reports as waiting for us came while we were connected. */
  readonly isLive: (waMessageId: string) => boolean;
  /** Takes a message over from the journal; the answer is to be told what became of it. */
  readonly handOver: (key: WAMessageKey) => HandedOver;
}

const NOT_JOURNALLED: HandedOver = { wasSetAside: false, stored: () => undefined, setAside: () => undefined };

function messageEvents(
  messages: readonly WAMessage[],
  sourceOf: (info: WAMessage) => WireSource,
  context: WireContext,
): SocketEvent[] {
  return messages.flatMap((info) => {
    const source = sourceOf(info);
    // What the phone remembers of the past was never in the journal.
    const handedOver = source === 'history' ? NOT_JOURNALLED : context.handOver(info.key);
    const message = fromWire(info, source, context.otherSpelling, handedOver.wasSetAside);
    if (!message || (message.fromMe && context.isOwnSend(message.waMessageId))) {
      handedOver.stored();
      return [];
    }
    // Part of its stanza may have been read: the journal has that, and it is needed when the stanza comes again.
    const stored = message.content.kind === 'undecryptable' ? handedOver.setAside : handedOver.stored;
    return [{ type: 'message' as const, message, stored }];
  });
}

/** History comes newest first; a thread is read oldest first. */
function byTime(messages: readonly WAMessage[]): WAMessage[] {
  return messages.toSorted((a, b) => sentAtSeconds(a) - sentAtSeconds(b));
}

/** What a batch says of messages. Receipts are taken from their stanzas (`hold-receipts.ts`): the library tells of each again, and of some wrongly. */
export function wireEvents(batch: Partial<BaileysEventMap>, context: WireContext): SocketEvent[] {
  const history = batch['messaging-history.set']?.messages ?? [];
  const upsert = batch['messages.upsert'];
  const isBacklog = ({ id }: WAMessageKey): boolean => upsert?.type === 'append' && !context.isLive(id ?? '');
  return [
    ...messageEvents(byTime(history), () => 'history', context),
    ...messageEvents(upsert?.messages ?? [], ({ key }) => (isBacklog(key) ? 'backlog' : 'live'), context),
  ];
}
