/** The customers who asked an account not to write to them any more. */
import * as z from 'zod/mini';
import { timestampSchema } from './timestamp.ts';
import { teamSchema } from './user.ts';

/** `optOuts/{optOutIdOf(accountId, phone or jid)}`, written by functions; gone once the customer wants messages again. */
export const optOutSchema = z.object({
  accountId: z.string(),
  team: teamSchema,
  phoneE164: z.nullable(z.string()),
  /** The thread that carries the wish too; none while there was none with them. */
  threadId: z.nullish(z.string()),
  /** What they said, or where the wish came from. */
  reason: z.nullable(z.string()),
  optedOutAt: timestampSchema,
  createdBy: z.string(),
});
