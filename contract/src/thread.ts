/** A thread is one customer (or group) as one account sees them, whatever jid WhatsApp names them by. */
import * as z from 'zod/mini';
import { directionSchema } from './message.ts';
import { countSchema, filled, nullIfMissing } from './shapes.ts';
import { timestampSchema } from './timestamp.ts';
import { teamSchema } from './user.ts';

/** `threads/{threadId}`. Clients change only `assignedTo`, `tags`, `archived`, and set `unreadCount` to 0. */
export const threadSchema = z.object({
  accountId: z.string(),
  team: teamSchema,
  /** The address messages go to: a LID where known, else the phone-number jid, or the group. */
  clientJid: z.string(),
  phoneE164: z.nullable(z.string()),
  lid: z.nullable(z.string()),
  displayName: z.string(),
  isGroup: z.boolean(),
  lastMessageAt: timestampSchema,
  /** Empty once that message was deleted. */
  lastMessageText: z.string(),
  /** The document of the newest message, for its ticks. Missing on threads of an earlier version until something is written. */
  lastMessageId: z.nullish(z.string()),
  lastMessageDirection: directionSchema,
  /** When the customer last wrote; `null` while only we have written: each such thread counts as a first contact. */
  lastInboundAt: nullIfMissing(timestampSchema),
  /** The customer asked not to be written to any more; the list itself is `optOuts`. Absent while they have not. */
  optedOutAt: z.nullish(timestampSchema),
  /**
   * As whom the list was last searched for the customer (`optOutKeyOf`): without `optedOutAt` they were not on it, and have not been put
   * on it since. Written by functions; once their number is known, or is another, they have to be sought again.
   */
  optOutSoughtAs: z.nullish(z.string()),
  unreadCount: countSchema,
  assignedTo: z.nullable(z.string()),
  tags: z.array(z.string()),
  archived: z.boolean(),
  /** `threadSearchTokensOf` its name and number, for `array-contains`. */
  searchTokens: z._default(z.array(z.string()), []),
  /** Messages that were changed before they came (`paths.earlyChange`): the host's own, bounded. */
  earlyChanges: z.nullish(z.array(z.string())),
});
export type Thread = z.infer<typeof threadSchema>;

/** `identities/{accountId}__{jid}`: every spelling of a person points at their one thread. */
export const identitySchema = z.object({ threadId: z.string() });

/** A colleague who is typing is believed for so long after they said so, ms. */
export const TYPING_LASTS_MS = 8_000;

/**
 * `threads/{threadId}/typing/{uid}`: which of the staff is writing to this customer. Each writes their own, again every few
 * seconds while they type (`at` is the server's time), and deletes it when they stop. One older than `TYPING_LASTS_MS` says nothing.
 */
export const typingSchema = z.object({ name: filled(80), at: timestampSchema });
export type Typing = z.infer<typeof typingSchema>;

const PREVIEW_LENGTH = 120;
/** No line of PREVIEW_LENGTH characters is longer than this in code units, so no long text is segmented whole. */
const PREVIEW_CODE_UNITS = PREVIEW_LENGTH * 16;
const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The one-line preview of a message in a thread list. Cuts between characters as people see them, never inside an emoji. */
export function previewOf(body: string): string {
  const line = body.slice(0, PREVIEW_CODE_UNITS).replace(/\s+/g, ' ').trim();
  let preview = '';
  let length = 0;
  for (const { segment } of characters.segment(line)) {
    if (length === PREVIEW_LENGTH) return `${preview}…`;
    preview += segment;
    length += 1;
  }
  return preview;
}
