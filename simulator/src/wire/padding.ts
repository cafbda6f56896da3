/** Plaintexts carry 1 to 16 bytes of padding, each holding its own count. */
import { randomInt } from 'node:crypto';

export function pad(plaintext: Uint8Array): Buffer {
  const count = randomInt(1, 17);
  return Buffer.concat([plaintext, Buffer.alloc(count, count)]);
}

export function unpad(padded: Uint8Array): Buffer {
  const count = padded.at(-1);
  if (count === undefined || count < 1 || count > padded.length) throw new Error('the padding is wrong');
  return Buffer.from(padded.subarray(0, padded.length - count));
}
