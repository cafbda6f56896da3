import { errorOfIssues, Refusal } from '@switchboard/contract/failure';
import type * as z from 'zod/mini';

/** Reads what a caller sent. @throws Refusal that names the field that is wrong. */
export function readInput<T>(schema: z.ZodMiniType<T>, data: unknown): T {
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw new Refusal(errorOfIssues(parsed.error));
  return parsed.data;
}
