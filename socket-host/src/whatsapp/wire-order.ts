/**
 * Makes the library work on messages in the order of the wire. It puts what waited for us into a queue and lets what comes meanwhile
 * past it, so that after each reconnect a customer's newest message could be taken in before the one ahead of it. Here every message
 * goes through that queue; which ones were live is remembered, for the library no longer knows.
 */
import type { BinaryNode, WASocket } from '@whiskeysockets/baileys';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { bounded } from '../bounded.ts';

/** Messages the library is still at. More than these wait at WhatsApp. */
const MAX_LIVE = 5_000;

/**
 * Whether an update is about what a message says: an edit, a deletion. Each comes as a message of its own as well, which is what we
 * go by. Left alone, the library works the update into a message it has not reported yet, under the wrong id.
 */
function isOfContent(updates: unknown): boolean {
  const withUpdate = z.array(z.object({ update: z.object({ message: z.unknown() }) }));
  return withUpdate.safeParse(updates).data?.some(({ update }) => 'message' in update) === true;
}

export class WireOrder {
  readonly #live = new LRUCache<string, true>(bounded(MAX_LIVE));

  /** To be called before the connection opens. */
  constructor({ ws, ev }: Pick<WASocket, 'ws' | 'ev'>) {
    ws.prependListener('CB:message', ({ attrs }: BinaryNode) => {
      if (attrs['offline'] !== undefined) return;
      this.#live.set(attrs['id'] ?? '', true);
      attrs['offline'] = '0';
    });
    // What goes through the queue is reported a tenth of a second later, in case more of it comes. Nobody waits for more here.
    const emit = ev.emit.bind(ev);
    ev.emit = (event, payload) => {
      if (event === 'messages.update' && isOfContent(payload)) return true;
      const isHeard = emit(event, payload);
      if (event === 'messages.upsert') setImmediate(() => ev.flush());
      return isHeard;
    };
  }

  /** Whether a message came while we were connected, and not from what waited for us. */
  isLive(waMessageId: string): boolean {
    return this.#live.has(waMessageId);
  }
}
