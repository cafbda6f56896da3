/**
 * Tells WhatsApp once a week per contact that we trust them, as its own clients do. The library would do so, but forgets at once that
 * it did (it writes the note into a transaction that is over) and asks again with every message; so the note is written first.
 */
import type { SignalKeyStore, WASocket } from '@whiskeysockets/baileys';

/** WhatsApp counts trust in buckets of a week. Source: WhatsApp Web's tctoken_duration. */
const BUCKET_SECONDS = 604_800;

/**
 * @param lid whom to trust.
 * @returns what to do once a message to them was taken, or `null` when this week's note is there already.
 */
export async function noteTrust(
  sock: WASocket,
  keys: SignalKeyStore,
  lid: string,
  nowMs: number,
): Promise<(() => Promise<void>) | null> {
  const entry = (await keys.get('tctoken', [lid]))[lid];
  const now = Math.floor(nowMs / 1000);
  const notedIn = Math.floor((entry?.senderTimestamp ?? 0) / BUCKET_SECONDS);
  if (notedIn >= Math.floor(now / BUCKET_SECONDS)) return null;
  const noted = Promise.resolve(
    keys.set({ tctoken: { [lid]: { token: Buffer.alloc(0), ...entry, senderTimestamp: now } } }),
  );
  // Not awaited here: it shares the commit of the message's own ratchet.
  noted.catch(() => undefined);
  return async () => {
    await noted;
    await sock.issuePrivacyTokens([lid], now);
  };
}
