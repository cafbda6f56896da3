/** Shapes that many documents and inputs are made of, under one name each. */
import * as z from 'zod/mini';

/** How many there are of something. */
export const countSchema = z.int().check(z.nonnegative());

/** A text with something in it: an id, a number as it was typed. */
export function filled(maxLength: number): z.ZodMiniString<string> {
  return z.string().check(z.minLength(1), z.maxLength(maxLength));
}

/** A text that people write into a field: the spaces around it are dropped, and something must be left. */
export function written(maxLength: number): z.ZodMiniString<string> {
  return z.string().check(z.trim(), z.minLength(1), z.maxLength(maxLength));
}

/** What people call an account, a colleague or a bulk send. */
export const nameSchema = written(80);

/** A field that came later: documents written before have none, which says the same as `null`. */
export function nullIfMissing<T extends z.core.$ZodType>(schema: T): z.ZodMiniDefault<z.ZodMiniNullable<T>> {
  return z._default(z.nullable(schema), null);
}
