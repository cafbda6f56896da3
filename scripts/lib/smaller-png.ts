/**
 * Packs a picture of a screen tighter. Browsers filter each row of a PNG before they deflate it, which helps photographs; flat colours and
 * letters become smaller without, and with more patience.
 */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE_BYTES = 8;
/** Eight bits of red, green and blue: what browsers write. */
const PIXEL_BYTES = 3;
const RGB = 2;

interface Chunk {
  readonly type: string;
  readonly body: Buffer;
}

/** A PNG is its signature and then chunks: length, type, body, checksum. */
function chunksOf(png: Buffer): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE_BYTES; at < png.length;) {
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), body: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return chunks;
}

function bytesOf({ type, body }: Chunk): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** The guess of PNG's fifth filter: whichever of the three neighbours is nearest to left + above - corner. */
function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const [toLeft, toAbove, toCorner] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** What each filter took away from a byte, by the number that begins the row. */
const TAKEN: readonly ((left: number, above: number, corner: number) => number)[] = [
  () => 0,
  (left) => left,
  (_left, above) => above,
  (left, above) => (left + above) >> 1,
  paeth,
];

/** Rows of pixels, each after a byte that names its filter: here filter 0, none. */
function unfiltered(rows: Buffer, width: number): Buffer {
  const stride = 1 + width * PIXEL_BYTES;
  const plain = Buffer.alloc(rows.length);
  for (let start = 0; start < rows.length; start += stride) {
    const taken = TAKEN[rows[start] ?? 0];
    if (!taken) throw new Error(`no such filter: ${String(rows[start])}`);
    for (let at = start + 1; at < start + stride; at += 1) {
      const hasLeft = at - PIXEL_BYTES > start;
      const left = hasLeft ? (plain[at - PIXEL_BYTES] ?? 0) : 0;
      const above = plain[at - stride] ?? 0;
      const corner = hasLeft ? (plain[at - stride - PIXEL_BYTES] ?? 0) : 0;
      plain[at] = (rows[at] ?? 0) + taken(left, above, corner);
    }
  }
  return plain;
}

/** The same picture in fewer bytes, where it is one of a kind this knows. */
export function smallerPng(png: Buffer): Buffer {
  const chunks = chunksOf(png);
  const header = chunks[0]?.body;
  const isKnown = header?.[8] === 8 && header[9] === RGB && header[12] === 0;
  if (!header || !isKnown) return png;
  const rows = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ body }) => body)));
  const plain = unfiltered(rows, header.readUInt32BE(0));
  const packed = { type: 'IDAT', body: deflateSync(plain, { level: 9, memLevel: 9 }) };
  const first = chunks.findIndex(({ type }) => type === 'IDAT');
  const kept = chunks.filter(({ type }) => type !== 'IDAT').toSpliced(first, 0, packed);
  const result = Buffer.concat([png.subarray(0, SIGNATURE_BYTES), ...kept.map(bytesOf)]);
  return result.length < png.length ? result : png;
}
