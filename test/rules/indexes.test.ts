import { Firestore } from '@google-cloud/firestore';
import assert from 'node:assert/strict';
import file from '../../firestore.indexes.json' with { type: 'json' };
import { QUERIES as FUNCTION_QUERIES } from '../../functions/src/store/queries.ts';
import { QUERIES as HOST_QUERIES } from '../../socket-host/src/store/queries.ts';
import { CLIENT_QUERIES, type ClientQuery } from './client-queries.ts';
import { lackOf, serves, type Indexes } from './index-need.ts';
import { shapeOf, type QueryShape } from './query-shape.ts';

function shapeOfClient({ collection, everywhere, equals, among, contains, above, orderBy }: ClientQuery): QueryShape {
  return {
    collectionGroup: collection.slice(collection.lastIndexOf('/') + 1),
    scope: everywhere ? 'COLLECTION_GROUP' : 'COLLECTION',
    equal: [...Object.keys(equals), ...(among ? [among[0]] : [])],
    contains: contains ? [contains[0]] : [],
    sorts: [
      ...(orderBy ? [{ field: orderBy[0], order: orderBy[1] === 'asc' ? 'ASCENDING' : 'DESCENDING' } as const] : []),
      ...(above ? [{ field: above[0], order: 'DESCENDING' } as const] : []),
    ],
  };
}

/** Only builds queries, never sends one. */
const db = new Firestore({ projectId: 'demo-indexes' });

const named: [string, QueryShape][] = [
  ...Object.entries(FUNCTION_QUERIES).map(([name, query]): [string, QueryShape] => [
    `functions: ${name}`,
    shapeOf(query(db)),
  ]),
  ...Object.entries(HOST_QUERIES).map(([name, query]): [string, QueryShape] => [`host: ${name}`, shapeOf(query(db))]),
  ...Object.entries(CLIENT_QUERIES).map(([name, query]): [string, QueryShape] => [
    `front end: ${name}`,
    shapeOfClient(query),
  ]),
];
const SHAPES = new Map(named);

describe('every query has its index', () => {
  const indexes: Indexes = file;

  for (const [name, shape] of SHAPES) {
    it(name, () => {
      assert.equal(lackOf(shape, indexes), null);
    });
  }

  it('and every composite index has its query', () => {
    const unused = indexes.indexes.filter((index) => ![...SHAPES.values()].some((shape) => serves(index, shape)));
    assert.deepEqual(unused, []);
  });

  it('and settled outbox entries expire', () => {
    const expiry = indexes.fieldOverrides.find(
      (one) => one.collectionGroup === 'outbox' && one.fieldPath === 'expiresAt',
    );
    assert.ok(expiry?.ttl === true && expiry.indexes.length === 0);
  });
});

describe('the check that queries have their index', () => {
  const none: Indexes = { indexes: [], fieldOverrides: [] };
  const letters = db.collection('letters');
  const index = {
    collectionGroup: 'letters',
    queryScope: 'COLLECTION',
    fields: [
      { fieldPath: 'to', order: 'ASCENDING' },
      { fieldPath: 'at', order: 'DESCENDING' },
    ],
  };

  it('asks for none where Firestore has its own', () => {
    for (const query of [letters, letters.where('to', '==', 'a').where('from', 'in', ['b']), letters.orderBy('at')]) {
      assert.equal(lackOf(shapeOf(query), none), null);
    }
  });

  it('asks for one where an order or a range meets a filter', () => {
    for (const query of [
      letters.where('to', '==', 'a').orderBy('at', 'desc'),
      letters.where('to', '==', 'a').where('at', '>', 1),
      letters.orderBy('to').orderBy('at'),
    ]) {
      assert.match(lackOf(shapeOf(query), none) ?? '', /composite index on letters/);
    }
  });

  it('minds direction, fields and collection', () => {
    const having: Indexes = { ...none, indexes: [index] };
    const ordered = letters.where('to', '==', 'a');
    assert.equal(lackOf(shapeOf(ordered.orderBy('at', 'desc')), having), null);
    assert.ok(lackOf(shapeOf(ordered.orderBy('at', 'asc')), having));
    assert.ok(lackOf(shapeOf(ordered.where('by', '==', 'b').orderBy('at', 'desc')), having));
    assert.ok(lackOf(shapeOf(db.collection('cards').where('to', '==', 'a').orderBy('at', 'desc')), having));
    assert.ok(lackOf(shapeOf(db.collectionGroup('letters').where('to', '==', 'a').orderBy('at', 'desc')), having));
  });

  it('sees that a field was taken out of its single-field index', () => {
    const exempt = { ...none, fieldOverrides: [{ collectionGroup: 'letters', fieldPath: 'to', indexes: [] }] };
    assert.ok(lackOf(shapeOf(letters.where('to', '==', 'a')), exempt));
  });

  it('sees that a query across collections has no index unless an override makes one', () => {
    const across = shapeOf(db.collectionGroup('letters').where('to', '==', 'a'));
    assert.ok(lackOf(across, none));
    const made = { queryScope: 'COLLECTION_GROUP', order: 'ASCENDING' } as const;
    const fieldOverrides = [{ collectionGroup: 'letters', fieldPath: 'to', indexes: [made] }];
    assert.equal(lackOf(across, { ...none, fieldOverrides }), null);
  });
});
