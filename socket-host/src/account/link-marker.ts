/**
 * Remembers, with the session itself, that WhatsApp has ended the link its credentials are of. The account's status cannot tell:
 * it changes as soon as somebody asks for a new link, and the next owner has to know what to do with the old credentials.
 */
import type { AccountSession } from '../session/types.ts';

const ROW = { type: 'link', id: 'over' } as const;

export function isLinkOver(session: AccountSession): boolean {
  return session.get(ROW.type, ROW.id) !== undefined;
}

export async function markLink(session: AccountSession, isOver: boolean): Promise<void> {
  await session.set([{ ...ROW, value: isOver ? 'yes' : null }]);
}
