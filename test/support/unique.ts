/** Names no other test uses, in this run or one beside it: tests share the emulators and the simulator. */
import { randomBytes, randomInt } from 'node:crypto';

const MOBILE_NUMBERS = 100_000_000;
let nextNumber = randomInt(MOBILE_NUMBERS);

/** A Romanian mobile number, E.164: `+407` and eight digits. */
export function freshPhone(): string {
  nextNumber = (nextNumber + 1) % MOBILE_NUMBERS;
  return `+407${String(nextNumber).padStart(8, '0')}`;
}

/** An id a client may choose for a document of its own. */
export function freshId(prefix: string): string {
  return `${prefix}-${randomBytes(8).toString('hex')}`;
}
