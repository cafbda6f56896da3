/**
 * Reads single fields out of protobuf messages without their definitions: the library keeps Firestore's to itself, and of a dozen
 * messages only names are wanted. Pure.
 */

interface Varint {
  readonly value: number;
  readonly end: number;
}

/** Large ones lose precision, which lengths, tags and counts do not reach. */
function varintAt(bytes: Uint8Array, start: number): Varint {
  let value = 0;
  let scale = 1;
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, end: at + 1 };
    scale *= 128;
  }
  throw new Error('a protobuf message ends within a number');
}

/** The wire types that occur. Source: https://protobuf.dev/programming-guides/encoding. */
const TYPE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

interface Field {
  readonly tag: number;
  readonly bytes: Uint8Array | null;
  readonly number: number | null;
}

function* fieldsOf(message: Uint8Array): Generator<Field> {
  for (let at = 0; at < message.length;) {
    const key = varintAt(message, at);
    const [tag, type] = [Math.floor(key.value / 8), key.value % 8];
    if (type === TYPE.varint) {
      const { value, end } = varintAt(message, key.end);
      yield { tag, bytes: null, number: value };
      at = end;
    } else if (type === TYPE.bytes) {
      const { value: length, end } = varintAt(message, key.end);
      yield { tag, bytes: message.subarray(end, end + length), number: null };
      at = end + length;
    } else if (type === TYPE.fixed64 || type === TYPE.fixed32) {
      at = key.end + (type === TYPE.fixed64 ? 8 : 4);
    } else throw new Error(`protobuf wire type ${String(type)}`);
  }
}

/** The messages, strings or bytes under a field, in order. */
export function bytesUnder(message: Uint8Array, tag: number): Uint8Array[] {
  return Array.from(fieldsOf(message)).flatMap((field) => (field.tag === tag && field.bytes ? [field.bytes] : []));
}

/** What the last of these fields leads to, one message within the other; `null` when one is missing. */
export function bytesAt(message: Uint8Array, ...path: readonly number[]): Uint8Array | null {
  let found: Uint8Array | null = message;
  for (const tag of path) found = found && (bytesUnder(found, tag).at(-1) ?? null);
  return found;
}

export function textAt(message: Uint8Array, ...path: readonly number[]): string | null {
  const found = bytesAt(message, ...path);
  return found && Buffer.from(found).toString('utf8');
}

export function numberAt(message: Uint8Array, tag: number): number | null {
  return Array.from(fieldsOf(message)).findLast((field) => field.tag === tag)?.number ?? null;
}
