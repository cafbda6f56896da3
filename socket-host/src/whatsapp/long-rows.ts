/**
 * Cuts rows that grow without end (the state of an app-state collection, the index of privacy tokens) into pieces, and joins them.
 * Such a row changes at one place and mostly grows at its end, so most of its pieces stay as they are and are not written again. Pure.
 */

/** Characters of a piece. Well below what the session gathers before it moves rows to their buckets. */
const PIECE_LENGTH = 16_000;
/** No row of the library is a text of this form: they are all JSON. */
const HEAD = /^pieces:(\d+)$/;

interface Row {
  readonly id: string;
  readonly value: string | null;
}

function pieceIdOf(id: string, index: number): string {
  return `${id} piece ${String(index)}`;
}

function pieceCountOf(head: string | undefined): number {
  return Number(HEAD.exec(head ?? '')?.[1] ?? 0);
}

/**
 * The rows that hold a text, or delete it.
 *
 * @param before what is stored under `id` now.
 */
export function cutRow(id: string, text: string | null, before: string | undefined): Row[] {
  const count = text === null || text.length <= PIECE_LENGTH ? 0 : Math.ceil(text.length / PIECE_LENGTH);
  const pieces = Array.from({ length: count }, (_, index) => ({
    id: pieceIdOf(id, index),
    value: text?.slice(index * PIECE_LENGTH, (index + 1) * PIECE_LENGTH) ?? null,
  }));
  const leftover = Array.from({ length: Math.max(0, pieceCountOf(before) - count) }, (_, index) => ({
    id: pieceIdOf(id, count + index),
    value: null,
  }));
  return [{ id, value: count === 0 ? text : `pieces:${String(count)}` }, ...pieces, ...leftover];
}

/** Puts a text together again. One of which a piece was lost counts as missing: half a state would be worse than none. */
export function joinRow(id: string, get: (id: string) => string | undefined): string | undefined {
  const head = get(id);
  const count = pieceCountOf(head);
  if (count === 0) return head;
  const pieces = Array.from({ length: count }, (_, index) => get(pieceIdOf(id, index)));
  return pieces.includes(undefined) ? undefined : pieces.join('');
}
