/** Waiting for what should come to be, never for time to pass. What was awaited and what was seen instead is in the error. */
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { DocumentReference, DocumentSnapshot } from 'firebase-admin/firestore';

const DEFAULT_TIMEOUT_MS = 30_000;
const POLL_MS = 50;
/** How often a document is read beside listening to it, ms. */
const LOOK_MS = 250;

export interface Waiting {
  /** What is awaited, for the error: `the message to be delivered`. */
  readonly what: string;
  readonly timeoutMs?: number;
  /** How long to rest after each look, as a multiple of what the look took; 0 unless told. */
  readonly rest?: number;
}

function gaveUp({ what, timeoutMs = DEFAULT_TIMEOUT_MS }: Waiting, seen: unknown): Error {
  return new Error(`waited ${String(timeoutMs / 1000)} s for ${what}; last seen: ${inspect(seen, { depth: 6 })}`);
}

/**
 * Reads again and again until `isMet` holds of what was read, and returns that.
 *
 * @throws Error that names what was awaited and what was read last; whatever `read` throws.
 */
export async function waitFor<T>(
  read: () => T | Promise<T>,
  isMet: (value: Awaited<T>) => boolean,
  waiting: Waiting,
): Promise<Awaited<T>> {
  const deadline = performance.now() + (waiting.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  for (;;) {
    const startedAt = performance.now();
    const value = await read();
    if (isMet(value)) return value;
    if (performance.now() > deadline) throw gaveUp(waiting, value);
    await delay(Math.max(POLL_MS, (performance.now() - startedAt) * (waiting.rest ?? 0)));
  }
}

/** Anything that turns a document into a value or throws: each schema of the contract does. */
export interface Parser<T> {
  parse(document: unknown): T;
}

type Reading<T> = { readonly isParsed: true; readonly value: T } | { readonly isParsed: false };

function read<T>(parser: Parser<T>, document: unknown): Reading<T> {
  try {
    return { isParsed: true, value: parser.parse(document) };
  } catch {
    // Not in that shape yet: an outbox entry that was not routed, a document that is not there.
    return { isParsed: false };
  }
}

/**
 * Listens to a document until it has the shape of `parser` and `isMet` holds of it, and returns it. It is read now and then too: the
 * emulator's listener misses what is written at the moment it begins, once in a hundred times, and nothing more may follow.
 *
 * @throws Error that names what was awaited and the document as it was last; what the listener broke with.
 */
export async function waitForDocument<T>(
  document: DocumentReference,
  parser: Parser<T>,
  isMet: (value: T) => boolean,
  waiting: Waiting,
): Promise<T> {
  let seen: unknown = 'nothing';
  const found = Promise.withResolvers<T>();
  const look = (snapshot: DocumentSnapshot): void => {
    seen = snapshot.data();
    const reading = read(parser, seen);
    if (reading.isParsed && isMet(reading.value)) found.resolve(reading.value);
  };
  const bound = setTimeout(() => {
    found.reject(gaveUp(waiting, seen));
  }, waiting.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const stop = document.onSnapshot(look, found.reject);
  // That a read failed, the listener tells too.
  const looking = setInterval(() => void document.get().then(look, () => undefined), LOOK_MS);
  try {
    return await found.promise;
  } finally {
    clearTimeout(bound);
    clearInterval(looking);
    stop();
  }
}
