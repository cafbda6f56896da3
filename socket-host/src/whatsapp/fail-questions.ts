import type { WASocket } from '@whiskeysockets/baileys';
import { CONNECTION_CLOSED } from './close-of.ts';

/**
 * Tells whoever waits for an answer over this connection that there will be none. Where the library ends a connection itself it takes the
 * news from them: each would wait until its time is out, and behind it, by the lock they share, messages of which it would not be known
 * then that they never left.
 */
export function failQuestions({ ws }: Pick<WASocket, 'ws'>): void {
  const error = Object.assign(new Error('the connection is over'), { output: { statusCode: CONNECTION_CLOSED } });
  // Without a listener an emitter throws.
  if (ws.listenerCount('error') > 0) ws.emit('error', error);
}
