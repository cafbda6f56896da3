/** How fast an account may send, and when it may not. Chosen per account; what is `null` is the host's default. */
import * as z from 'zod/mini';
import { errorSchema } from './failure.ts';
import { countSchema } from './shapes.ts';
import { timestampSchema } from './timestamp.ts';

const clockTimeSchema = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day, HH:MM'));

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Hours in which nothing is sent, in the time zone of the account's customers. `from` may be later than `to`: over midnight. */
export const quietHoursSchema = z.strictObject({
  from: clockTimeSchema,
  to: clockTimeSchema,
  timeZone: z
    .string()
    .check(z.maxLength(64), z.refine(isTimeZone, 'must be a time zone of the IANA list, like Europe/Bucharest')),
});
export type QuietHours = z.infer<typeof quietHoursSchema>;

export const limitsSchema = z.strictObject({
  /** Messages in any 60 s; 0 = unpaced. */
  perMinute: z.nullable(countSchema.check(z.maximum(1_000))),
  /** People who never wrote to us that may be written to for the first time in any 24 h; 0 = no cap. */
  newThreadsPerDay: z.nullable(countSchema.check(z.maximum(100_000))),
  quietHours: z.nullable(quietHoursSchema),
  /** Shows "typing …" for a moment before each message. */
  showsTyping: z.boolean(),
});
export type Limits = z.infer<typeof limitsSchema>;

export const DEFAULT_LIMITS: Limits = { perMinute: null, newThreadsPerDay: null, quietHours: null, showsTyping: false };

/**
 * Why an account holds back messages although it is connected: with `new_chats_restricted` those to new people, else all. Ends at
 * `until` (`null`: never by itself), or when somebody releases it.
 */
export const holdSchema = z.object({ error: errorSchema, since: timestampSchema, until: z.nullable(timestampSchema) });
