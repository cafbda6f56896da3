/** Reads parsed JSON field by field: the scripts have no schema library of their own. */

/** An object of unknown fields. @throws when it is none; `what` names it. */
export function objectIn(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${what} is not an object`);
  return Object.fromEntries(Object.entries(value));
}

/** @throws when the field is no number; `what` names the object. */
export function numberIn(object: Record<string, unknown>, field: string, what: string): number {
  const value = object[field];
  if (typeof value !== 'number') throw new Error(`${what} has no number "${field}"`);
  return value;
}

/** @throws when the field is no text; `what` names the object. */
export function textIn(object: Record<string, unknown>, field: string, what: string): string {
  const value = object[field];
  if (typeof value !== 'string') throw new Error(`${what} has no text "${field}"`);
  return value;
}

/** @throws when the field is no list of texts; `what` names the object. */
export function textsIn(object: Record<string, unknown>, field: string, what: string): readonly string[] {
  const value: unknown = object[field];
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) {
    throw new Error(`${what} has no texts "${field}"`);
  }
  return value;
}
