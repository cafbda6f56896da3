/** Which messages may still be changed. The server judges again and says why not; this only keeps what cannot work out of sight. */
import type { ShownMessage } from './shown-message.ts';

/** How long WhatsApp takes edits and deletions of a message, ms. */
const EDIT_MS = 15 * 60_000;
const DELETE_MS = 60 * 3_600_000;

function isOwnSent({ direction, isSent, isDeleted, change }: ShownMessage): boolean {
  return direction === 'outbound' && isSent && !isDeleted && change?.error !== null;
}

export function canEdit(message: ShownMessage, nowMs: number): boolean {
  return isOwnSent(message) && message.kind === 'text' && nowMs - message.at.toMillis() < EDIT_MS;
}

export function canDelete(message: ShownMessage, nowMs: number): boolean {
  return isOwnSent(message) && nowMs - message.at.toMillis() < DELETE_MS;
}
