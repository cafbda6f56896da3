import { assertFails, assertSucceeds } from '@firebase/rules-unit-testing';
import { collection, getDocs, orderBy, query, where } from 'firebase/firestore';
import type { Firestore, Query } from 'firebase/firestore';
import { CLIENT_QUERIES, type ClientQuery } from './client-queries.ts';
import { DOCUMENTS, THREAD } from './documents.ts';
import { ALL_PEOPLE, openRules, type RulesEnvironment } from './environment.ts';

function built(db: Firestore, { collection: path, equals, orderBy: order }: ClientQuery): Query {
  const filters = Object.entries(equals).map(([field, value]) => where(field, '==', value));
  return query(collection(db, path), ...filters, ...(order ? [orderBy(...order)] : []));
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
