/** What of a query decides which index it needs, read from the query as the server SDK would send it. */
import type { Query } from 'firebase-admin/firestore';
import { objectIn, textIn } from '../../scripts/lib/json.ts';

export interface Sort {
  readonly field: string;
  readonly order: 'ASCENDING' | 'DESCENDING';
}

export interface QueryShape {
  readonly collectionGroup: string;
  readonly scope: 'COLLECTION' | 'COLLECTION_GROUP';
  /** Fields compared with `==`, `in` or null. */
  readonly equal: readonly string[];
  /** Fields searched with `array-contains` or `array-contains-any`. */
  readonly contains: readonly string[];
  /** The order of the results; a field with an inequality comes first even if nobody asked. */
  readonly sorts: readonly Sort[];
}

const EQUALITIES = new Set(['EQUAL', 'IN', 'IS_NULL', 'IS_NAN']);
const CONTAINMENTS = new Set(['ARRAY_CONTAINS', 'ARRAY_CONTAINS_ANY']);

/** @throws when the query is of a form this reader does not know: better that than an index nobody checked. */
export function shapeOf(query: Query): QueryShape {
  const sent = objectIn(objectIn(protoOf(query), 'the message')['structuredQuery'], 'the query');
  const [from] = listIn(sent, 'from');
  const source = objectIn(from, 'the source');
  const filters = sent['where'] === undefined ? [] : filtersOf(sent['where']);
  const fieldsOf = (isWanted: (op: string) => boolean) => [
    ...new Set(filters.filter(({ op }) => isWanted(op)).map(({ field }) => field)),
  ];
  const asked = listIn(sent, 'orderBy').map(sortOf);
  const ranged = fieldsOf((op) => !EQUALITIES.has(op) && !CONTAINMENTS.has(op))
    .filter((field) => !asked.some((sort) => sort.field === field))
    .map((field): Sort => ({ field, order: 'ASCENDING' }));
  const equal = fieldsOf((op) => EQUALITIES.has(op));
  return {
    collectionGroup: textIn(source, 'collectionId', 'the source'),
    scope: source['allDescendants'] === true ? 'COLLECTION_GROUP' : 'COLLECTION',
    equal,
    contains: fieldsOf((op) => CONTAINMENTS.has(op)),
    sorts: [...ranged, ...asked].filter(({ field }) => field !== '__name__' && !equal.includes(field)),
  };
}

interface Filter {
  readonly field: string;
  readonly op: string;
}

function filtersOf(where: unknown): readonly Filter[] {
  const filter = objectIn(where, 'the filter');
  if (filter['compositeFilter'] !== undefined) {
    const composite = objectIn(filter['compositeFilter'], 'the filter');
    if (composite['op'] !== 'AND') throw new Error('only filters joined by AND are understood');
    return listIn(composite, 'filters').flatMap(filtersOf);
  }
  const one = objectIn(filter['fieldFilter'] ?? filter['unaryFilter'], 'the filter');
  return [{ field: fieldOf(one), op: textIn(one, 'op', 'the filter') }];
}

function sortOf(value: unknown): Sort {
  const sort = objectIn(value, 'the order');
  return { field: fieldOf(sort), order: sort['direction'] === 'DESCENDING' ? 'DESCENDING' : 'ASCENDING' };
}

function fieldOf(object: Record<string, unknown>): string {
  return textIn(objectIn(object['field'], 'the field'), 'fieldPath', 'the field');
}

function listIn(object: Record<string, unknown>, name: string): readonly unknown[] {
  const value = object[name] ?? [];
  if (!Array.isArray(value)) throw new Error(`"${name}" is not a list`);
  return value;
}

/** The SDK has the message it sends behind a method that its types leave out. */
function protoOf(query: Query): unknown {
  if (!('toProto' in query) || typeof query.toProto !== 'function') throw new Error('the SDK has no toProto any more');
  return Reflect.apply(query.toProto, query, []);
}
