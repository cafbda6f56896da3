import type { BinaryNode, WASocket } from '@whiskeysockets/baileys';
import type { AuthState } from './auth-state.ts';
import type { InboundJournal } from './journal.ts';

/** Shows the journal every stanza with a message. The library decrypts what it holds a moment after it is seen here. */
export function keepJournal({ ev, ws }: WASocket, journal: InboundJournal, auth: AuthState): void {
  ws.on('CB:message', (node: BinaryNode) => {
    const { id, lid } = auth.creds.me ?? {};
    if (id !== undefined) journal.see(node, { id, lid: lid ?? '' });
  });
  journal.whenFull(() => void ev.flush());
}
