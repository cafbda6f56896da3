/** Shows the watchdog what comes in on a socket, and what of it comes out. */
import type { BinaryNode, WASocket } from '@whiskeysockets/baileys';
import type { Watchdog } from './watchdog.ts';

export function watchTraffic({ ws, ev }: WASocket, watchdog: Watchdog): void {
  ws.on('frame', () => {
    watchdog.frameCame();
  });
  ws.on('CB:message', ({ attrs, content }: BinaryNode) => {
    // Others may rightly be answered without a word to us.
    const isEncrypted = Array.isArray(content) && content.some(({ tag }) => tag === 'enc');
    if (isEncrypted && attrs['id'] !== undefined) watchdog.messageCame(attrs['id']);
  });
  ev.process((batch) => {
    for (const { key } of batch['messages.upsert']?.messages ?? []) watchdog.messageReported(key.id ?? '');
  });
}
