import type { BinaryNode, WASocket } from '@whiskeysockets/baileys';

/**
 * Stands in front of all who listen to an event by now, the library among them.
 *
 * @param take is told of each stanza, and lets it through to them when and if it calls `passOn`.
 */
export function inFront(ws: WASocket['ws'], event: string, take: (node: BinaryNode, passOn: () => void) => void): void {
  const listeners = ws.listeners(event);
  ws.removeAllListeners(event);
  ws.on(event, (node: BinaryNode) => {
    take(node, () => {
      for (const listener of listeners) Reflect.apply(listener, ws, [node]);
    });
  });
}
