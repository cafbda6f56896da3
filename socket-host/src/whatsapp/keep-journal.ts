import type { BinaryNode, WASocket } from '@whiskeysockets/baileys';
import type { Clock } from '../clock.ts';
import type { AuthState } from './auth-state.ts';
import type { InboundJournal } from './journal.ts';
import { standInForContent } from './without-content.ts';

/** Shows the journal every stanza with a message. The library decrypts what it holds a moment after it is seen here. */
export function keepJournal(sock: WASocket, journal: InboundJournal, auth: AuthState, clock: Clock): void {
  standInForContent(sock, auth, clock);
  sock.ws.on('CB:message', (node: BinaryNode) => {
    const { id, lid } = auth.creds.me ?? {};
    if (id !== undefined) journal.see(node, { id, lid: lid ?? '' });
  });
  journal.whenFull(() => void sock.ev.flush());
}
