/**
 * Which index a query needs, and whether `firestore.indexes.json` has it. Firestore keeps an index of each single field
 * by itself unless an override says otherwise; it joins those for equalities, and needs a composite index for the rest.
 */
import type { QueryShape } from './query-shape.ts';

/** The file as Firebase reads it. */
export interface Indexes {
  readonly indexes: readonly CompositeIndex[];
  readonly fieldOverrides: readonly FieldOverride[];
}

interface CompositeIndex {
  readonly collectionGroup: string;
  readonly queryScope: string;
  readonly fields: readonly ({ readonly fieldPath: string } & IndexKind)[];
}

/** Replaces the indexes Firestore keeps of one field by itself. */
interface FieldOverride {
  readonly collectionGroup: string;
  readonly fieldPath: string;
  readonly ttl?: boolean;
  readonly indexes: readonly ({ readonly queryScope: string } & IndexKind)[];
}

interface IndexKind {
  readonly order?: string;
  readonly arrayConfig?: string;
}

/** What `shape` lacks, in words, or `null` when it can run. */
export function lackOf(shape: QueryShape, indexes: Indexes): string | null {
  if (needsComposite(shape)) {
    if (indexes.indexes.some((index) => serves(index, shape))) return null;
    return `a composite index on ${shape.collectionGroup}: ${[...shape.equal, ...shape.contains, ...shape.sorts.map(({ field, order }) => `${field} ${order}`)].join(', ')}`;
  }
  const wanted = [
    ...shape.equal.map((field) => ({ field, kind: 'ASCENDING' })),
    ...shape.contains.map((field) => ({ field, kind: 'CONTAINS' })),
    ...shape.sorts.map(({ field, order }) => ({ field, kind: order })),
  ];
  const missing = wanted.find(({ field, kind }) => !hasSingleField(shape, field, kind, indexes));
  return missing ? `a ${shape.scope} index on ${shape.collectionGroup}.${missing.field} ${missing.kind}` : null;
}

function needsComposite({ equal, contains, sorts }: QueryShape): boolean {
  return sorts.length > 1 || (sorts.length === 1 && equal.length + contains.length > 0);
}

export function serves(index: CompositeIndex, shape: QueryShape): boolean {
  if (index.collectionGroup !== shape.collectionGroup || index.queryScope !== shape.scope) return false;
  const isOf = (field: string, contained: boolean) => (contained ? shape.contains : shape.equal).includes(field);
  const filterCount = shape.equal.length + shape.contains.length;
  const filters = index.fields.slice(0, filterCount);
  const sorts = index.fields.slice(filterCount);
  return (
    filters.length === filterCount &&
    filters.every((field) => isOf(field.fieldPath, field.arrayConfig !== undefined)) &&
    sorts.length === shape.sorts.length &&
    sorts.every((field, at) => {
      const wanted = shape.sorts[at];
      return field.fieldPath === wanted?.field && field.order === wanted.order;
    })
  );
}

function hasSingleField(shape: QueryShape, fieldPath: string, kind: string, indexes: Indexes): boolean {
  const override = indexes.fieldOverrides.find(
    (one) => one.collectionGroup === shape.collectionGroup && one.fieldPath === fieldPath,
  );
  // By default each field is indexed both ways within its collection, and not at all across collections.
  if (!override) return shape.scope === 'COLLECTION';
  return override.indexes.some(
    (index) => index.queryScope === shape.scope && (index.order ?? index.arrayConfig) === kind,
  );
}
