/** The customers who asked an account not to write to them any more. */
import * as z from 'zod/mini';
import type { Thread } from './thread.ts';
import { timestampSchema } from './timestamp.ts';
import { teamSchema } from './user.ts';

/** What the list knows the customer of a thread by: their number, or their jid where that is hidden. */
export function optOutKeyOf({ phoneE164, clientJid }: Pick<Thread, 'phoneE164' | 'clientJid'>): string {
  return phoneE164 ?? clientJid;
}

/** `optOuts/{optOutIdOf(accountId, phone or jid)}`, written by functions; gone once the customer wants messages again. */
export const optOutSchema = z.object({
  accountId: z.string(),
  team: teamSchema,
  phoneE164: z.nullable(z.string()),
  /** One that carries the wish too, as all of the account's with them do; none while there was none. */
  threadId: z.nullish(z.string()),
  /** What they said, or where the wish came from. */
  reason: z.nullable(z.string()),
  optedOutAt: timestampSchema,
  createdBy: z.string(),
});
