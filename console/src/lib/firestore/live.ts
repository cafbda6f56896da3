/** Live lists and documents as React sees them. Everything the console shows of Firestore comes through here. */
import {
  onSnapshot,
  type DocumentData,
  type DocumentReference,
  type FirestoreError,
  type Query,
  type QueryDocumentSnapshot,
} from 'firebase/firestore';
import { useEffect, useState } from 'react';
import type { Schema } from '../schema.ts';

export type Stored<T> = T & { readonly id: string };

/** denied: the rules refuse it · broken: it will not come by itself, somebody has to try again. */
export type Trouble = 'denied' | 'broken';

export type Live<T> =
  | { readonly state: 'loading' }
  /** `isFromCache`: the server has not confirmed it yet, or cannot be reached. */
  | { readonly state: 'ready'; readonly value: T; readonly isFromCache: boolean }
  | { readonly state: 'failed'; readonly trouble: Trouble };

export const LOADING = { state: 'loading' } as const;

export interface Sink<T> {
  readonly next: (value: T, isFromCache: boolean) => void;
  readonly fail: (error: FirestoreError) => void;
}

export type Open<T> = (sink: Sink<T>) => () => void;

/**
 * Reads a document as the contract knows it. One that does not fit is left out rather than shown wrong: it was written by a
 * newer version, and this page will be reloaded before long.
 */
export function parseStored<T extends object>(schema: Schema<T>, id: string, data: DocumentData): Stored<T> | null {
  const parsed = schema.safeParse(data);
  return parsed.success ? { ...parsed.data, id } : null;
}

/** Follows a query. Only what changed is parsed again, and documents that did not change stay the same objects. */
export function followQuery<T extends object>(query: Query, schema: Schema<T>): Open<readonly Stored<T>[]> {
  return ({ next, fail }) => {
    const known = new Map<string, Stored<T> | null>();
    const read = (snapshot: QueryDocumentSnapshot) =>
      parseStored(schema, snapshot.id, snapshot.data({ serverTimestamps: 'estimate' }));
    return onSnapshot(
      query,
      { includeMetadataChanges: true },
      (snapshot) => {
        for (const { type, doc } of snapshot.docChanges()) {
          if (type === 'removed') known.delete(doc.id);
          else known.set(doc.id, read(doc));
        }
        const documents = snapshot.docs.map(({ id }) => known.get(id) ?? null);
        next(
          documents.filter((one) => one !== null),
          snapshot.metadata.fromCache,
        );
      },
      fail,
    );
  };
}

/** Follows one document; `null` while it is not there. */
export function followDocument<T extends object>(
  reference: DocumentReference,
  schema: Schema<T>,
): Open<Stored<T> | null> {
  return ({ next, fail }) =>
    onSnapshot(
      reference,
      (snapshot) => {
        const data = snapshot.data({ serverTimestamps: 'estimate' });
        next(data ? parseStored(schema, snapshot.id, data) : null, snapshot.metadata.fromCache);
      },
      fail,
    );
}

/** Several lists as one: staff of two teams see both, and each team is a query of its own. */
export function together<T>(
  parts: readonly Open<readonly T[]>[],
  merge: (lists: readonly (readonly T[])[]) => readonly T[],
): Open<readonly T[]> {
  return ({ next, fail }) => {
    const values = parts.map((): { readonly value: readonly T[]; readonly isFromCache: boolean } | null => null);
    const stops = parts.map((open, index) =>
      open({
        next: (value, isFromCache) => {
          values[index] = { value, isFromCache };
          const ready = values.filter((one) => one !== null);
          if (ready.length < parts.length) return;
          next(
            merge(ready.map((one) => one.value)),
            ready.some((one) => one.isFromCache),
          );
        },
        fail,
      }),
    );
    if (parts.length === 0) next([], false);
    return () => {
      for (const stop of stops) stop();
    };
  };
}

interface Held<T> {
  readonly key: string | null;
  readonly scope: string | null;
  readonly live: Live<T>;
}

/**
 * Keeps a subscription for as long as `key` stays the same; `null` subscribes to nothing.
 *
 * @param open what to subscribe to. It is read when the key changes, so it must depend on nothing the key does not name.
 * @param scope while this stays the same, the last value is shown until the next is there: a list that grows does not blink.
 */
export function useLive<T>(key: string | null, open: Open<T>, scope = key): Live<T> {
  const [held, setHeld] = useState<Held<T>>({ key: null, scope: null, live: LOADING });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (key === null) return;
    let retry: ReturnType<typeof setTimeout> | null = null;
    const stop = open({
      next: (value, isFromCache) => {
        setHeld({ key, scope, live: { state: 'ready', value, isFromCache } });
      },
      fail: (error) => {
        const trouble: Trouble = error.code === 'permission-denied' ? 'denied' : 'broken';
        setHeld({ key, scope, live: { state: 'failed', trouble } });
        // A listener that failed is dead. Rights may have just been given, and a server may come back.
        retry = setTimeout(() => {
          setAttempt((count) => count + 1);
        }, RETRY_MS);
      },
    });
    return () => {
      stop();
      if (retry !== null) clearTimeout(retry);
    };
    // `open` is new with each render and means the same while the key does.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, scope, attempt]);
  return held.scope === scope && key !== null ? held.live : LOADING;
}

/** How long after a failure a subscription is tried again, ms. */
const RETRY_MS = 10_000;

/** The value, or what stands for it until it is there. */
export function valueOr<T>(live: Live<T>, fallback: T): T {
  return live.state === 'ready' ? live.value : fallback;
}
