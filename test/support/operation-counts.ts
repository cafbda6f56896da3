/**
 * What Firestore bills of its traffic, read off the wire: a write per document written or deleted, a read per document that a get, a
 * query or a listener brings, one for a query that finds nothing, and one per thousand documents counted. A document that leaves a
 * listener's result because it changed is billed too; one that was deleted is not. Pure.
 * Sources: https://firebase.google.com/docs/firestore/pricing; the field numbers are those of google/firestore/v1/*.proto.
 */
import { bytesAt, bytesUnder, numberAt, textAt } from './protobuf-fields.ts';

export interface Operation {
  readonly kind: 'write' | 'read';
  /** The collection it is about; `idle` for a query that found nothing: what a look into an empty box costs belongs to no message. */
  readonly collection: string;
}

/** The last collection in a document's name: `projects/p/databases/d/documents/threads/t/messages/m` → `messages`. */
function operation(kind: Operation['kind'], name: string): Operation {
  return { kind, collection: name.split('/').at(-2) ?? 'unknown' };
}

const IDLE: Operation = { kind: 'read', collection: 'idle' };
/** Documents an aggregation query counts for the price of a read. */
const COUNTED_PER_READ = 1_000;

/** What a request costs. */
export function operationsOfRequest(method: string, request: Uint8Array): Operation[] {
  if (method !== 'Commit' && method !== 'BatchWrite') return [];
  // Each write is an update of a document, the name of one to delete, or a transform of one.
  return bytesUnder(request, 2).flatMap((write) => {
    const name = textAt(write, 1, 1) ?? textAt(write, 2) ?? textAt(write, 6, 1);
    return name === null ? [] : [operation('write', name)];
  });
}

/** What one message of an answer costs. What a listener is told is counted by `ListenerReads`. */
export function operationsOfResponse(method: string, response: Uint8Array): Operation[] {
  switch (method) {
    case 'BatchGetDocuments':
      return readsOf(textAt(response, 1, 1) ?? textAt(response, 2));
    case 'RunQuery':
      return readsOf(textAt(response, 1, 1));
    case 'RunAggregationQuery': {
      // Result → entry of a map → value → integer.
      const value = bytesAt(response, 1, 2, 2);
      const reads = value && Math.max(1, Math.ceil((numberAt(value, 2) ?? 0) / COUNTED_PER_READ));
      return Array.from({ length: reads ?? 0 }, () => ({ kind: 'read', collection: 'counted' }));
    }
    default:
      return [];
  }
}

function readsOf(name: string | null): Operation[] {
  return name === null ? [] : [operation('read', name)];
}

/** Source: google.firestore.v1.TargetChange.TargetChangeType. */
const TARGET_RESET = 4;

/**
 * The reads of one listener. The emulator tells it the whole result anew for every change where the real Firestore tells what changed,
 * so what counts is how the result differs from the one before.
 */
export class ListenerReads {
  /** Versions by name. */
  #result = new Map<string, string>();
  /** What the result was before it began to be told anew. */
  #former: Map<string, string> | null = null;

  operationsOf(response: Uint8Array): Operation[] {
    const [target, change, removed] = [bytesAt(response, 2), bytesAt(response, 3), textAt(response, 6, 1)];
    if (target) return numberAt(target, 1) === TARGET_RESET ? this.#reset() : this.#settled();
    if (change) return this.#changed(change);
    const gone = textAt(response, 4, 1) ?? removed;
    if (gone !== null) this.#result.delete(gone);
    return readsOf(removed);
  }

  #changed(change: Uint8Array): Operation[] {
    const name = textAt(change, 1, 1) ?? '';
    const version = Buffer.from(bytesAt(change, 1, 4) ?? []).toString('hex');
    const isKnown = [this.#result, this.#former].some((known) => known?.get(name) === version);
    this.#result.set(name, version);
    return isKnown ? [] : readsOf(name);
  }

  #reset(): Operation[] {
    this.#former ??= this.#result;
    this.#result = new Map();
    return [];
  }

  /** The result is whole again: what is missing has left it. */
  #settled(): Operation[] {
    const left = Array.from(this.#former?.keys() ?? []).filter((name) => !this.#result.has(name));
    this.#former = null;
    return left.flatMap(readsOf);
  }
}

/** What the end of an answer costs. @param isEmpty it brought no document. */
export function operationsOfEnd(method: string, isEmpty: boolean): Operation[] {
  return method === 'RunQuery' && isEmpty ? [IDLE] : [];
}

/** How often each operation was made, by `kind collection`. */
export type Counts = Readonly<Record<string, number>>;

export function keyOf({ kind, collection }: Operation): string {
  return `${kind} ${collection}`;
}

/** What was added from one count to a later one. */
export function between(before: Counts, after: Counts): Counts {
  const added = Object.entries(after).map(([key, count]) => [key, count - (before[key] ?? 0)] as const);
  return Object.fromEntries(added.filter(([, count]) => count > 0));
}
