/** Shows a person or a group that we write to them. */
import { resolveRecipient, type RecipientDependencies } from './recipient.ts';

/**
 * Shows "typing …" until the message comes, or for as long as the recipient's app does. The account is not made `available` for it, as
 * an app would be: WhatsApp then takes this device for the one in use, and the account's own phone no longer rings. A recipient's app
 * that wants to see us online first shows nothing.
 *
 * @param signal aborted when it is too late: what is not shown by then is not shown. @throws when WhatsApp does not answer.
 */
export async function showTyping(
  dependencies: RecipientDependencies,
  recipientJid: string,
  signal: AbortSignal,
): Promise<void> {
  const resolved = await resolveRecipient(dependencies, recipientJid);
  if (resolved.kind !== 'jid' || signal.aborted) return;
  await dependencies.sock.sendPresenceUpdate('composing', resolved.jid);
}
