import { assertFails, assertSucceeds } from '@firebase/rules-unit-testing';
import { collection, collectionGroup, getDocs, orderBy, query, where } from 'firebase/firestore';
import type { Firestore, Query } from 'firebase/firestore';
import { CLIENT_QUERIES, type ClientQuery } from './client-queries.ts';
import { DOCUMENTS, THREAD } from './documents.ts';
import { ALL_PEOPLE, openRules, WHEN, type RulesEnvironment } from './environment.ts';

function built(
  db: Firestore,
  { collection: path, everywhere, equals, among, contains, above, orderBy: order }: ClientQuery,
): Query {
  const filters = [
    ...Object.entries(equals).map(([field, value]) => where(field, '==', value)),
    ...(among ? [where(among[0], 'in', among[1])] : []),
    ...(contains ? [where(contains[0], 'array-contains', contains[1])] : []),
    ...(above ? [where(above[0], '>', above[1])] : []),
  ];
  const source = everywhere ? collectionGroup(db, path) : collection(db, path);
  const orders = [...(order ? [orderBy(...order)] : []), ...(above ? [orderBy(above[0], 'desc')] : [])];
  return query(source, ...filters, ...orders);
}

describe('the lists of a front end', () => {
  let rules: RulesEnvironment;
  before(async () => {
    rules = await openRules();
    // With documents of another team beside them: a list that could reach those must be refused.
    await rules.seed({
      ...DOCUMENTS,
      'accounts/other': { name: 'Other', team: 'sales', status: 'connected' },
      'threads/other__1': { ...THREAD, accountId: 'other', team: 'sales' },
      'threads/other__1/messages/m2': { team: 'sales', searchTokens: ['hello'], createdAt: WHEN },
      'outbox/other': { accountId: 'other', team: 'sales', createdBy: 'x', createdAt: WHEN, status: 'routed' },
      'outbox/unrouted': { accountId: 'shop', createdBy: 'x', createdAt: WHEN, status: 'queued' },
    });
  });
  after(() => rules.close());

  for (const [name, wanted] of Object.entries(CLIENT_QUERIES)) {
    it(`${name}: to ${wanted.allowedTo.join(', ')} and nobody else`, async () => {
      for (const person of ALL_PEOPLE) {
        const attempt = getDocs(built(rules.as(person), wanted));
        await (wanted.allowedTo.includes(person) ? assertSucceeds(attempt) : assertFails(attempt));
      }
    });
  }
});
