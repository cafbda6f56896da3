/** Reads documents the contract has no schema for, in the shape its schemas have. */
import type { Timestamp } from '@switchboard/contract/timestamp';
import { timestampSchema } from '@switchboard/contract/timestamp';
import type { Schema } from '../schema.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** @param read answers `null` when the document is not one of these. */
export function schemaOf<T>(read: (fields: Fields) => T | null): Schema<T> {
  const safeParse: Schema<T>['safeParse'] = (value) => {
    const isFields = typeof value === 'object' && value !== null;
    const data = isFields ? read(value as Fields) : null;
    return data === null ? { success: false } : { success: true, data };
  };
  const parse = (value: unknown): T => {
    const parsed = safeParse(value);
    if (!parsed.success) throw new Error('the document is of another kind');
    return parsed.data;
  };
  return { parse, safeParse };
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function momentOf(value: unknown): Timestamp | null {
  const parsed = timestampSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}
