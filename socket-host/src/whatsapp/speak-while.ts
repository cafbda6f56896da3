import type { WASocket } from '@whiskeysockets/baileys';

/**
 * Lets nothing leave on a connection while the account may be another host's, be it a message, a receipt or an answer. The library asks
 * whether a connection is open right before it writes to it, and reports what it could not write as not sent. Looking earlier is not
 * enough: a process that was stopped while Firestore stored the ratchet of a message goes on right there, with the message in hand.
 */
export function speakWhile(ws: WASocket['ws'], maySpeak: () => boolean): void {
  const isOpen = (): boolean => Reflect.get(Object.getPrototypeOf(ws) as object, 'isOpen', ws) === true;
  Object.defineProperty(ws, 'isOpen', { get: () => isOpen() && maySpeak() });
}
