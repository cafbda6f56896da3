/** Shows the watchdog what comes in on a socket, and what of it comes out. */
import type { BinaryNode, WASocket } from '@whiskeysockets/baileys';
import type { Watchdog } from './watchdog.ts';

/** The id of a message that is to be reported. Stanzas without one may rightly be answered without a word to us. */
export function reportableIdIn({ attrs, content }: BinaryNode): string | null {
  const encrypted = Array.isArray(content) ? content.find(({ tag }) => tag === 'enc') : undefined;
  // What Meta AI writes: the library refuses it unread.
  if (!encrypted || encrypted.attrs['type'] === 'msmsg') return null;
  return attrs['id'] ?? null;
}

export function watchTraffic({ ws, ev }: WASocket, watchdog: Watchdog): void {
  ws.on('frame', () => {
    watchdog.frameCame();
  });
  ws.on('CB:message', (node: BinaryNode) => {
    const id = reportableIdIn(node);
    if (id !== null) watchdog.messageCame(id);
  });
  ev.process((batch) => {
    for (const { key } of batch['messages.upsert']?.messages ?? []) watchdog.messageReported(key.id ?? '');
  });
}
