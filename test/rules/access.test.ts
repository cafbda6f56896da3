import { assertFails, assertSucceeds } from '@firebase/rules-unit-testing';
import { COLLECTIONS } from '@switchboard/contract/paths';
import {
  collection,
  deleteDoc,
  doc,
  getDoc,
  getDocs,
  query,
  serverTimestamp,
  setDoc,
  updateDoc,
  where,
} from 'firebase/firestore';
import type { Firestore } from 'firebase/firestore';
import assert from 'node:assert/strict';
import { DOCUMENTS } from './documents.ts';
import { ALL_PEOPLE, openRules, type Person, type RulesEnvironment } from './environment.ts';

const NOBODY: readonly Person[] = [];
const OF_THE_TEAM: readonly Person[] = ['admin', 'manager', 'agent', 'manager of both teams'];
const STAFF: readonly Person[] = [...OF_THE_TEAM, 'manager of another team', 'agent of another team'];
const MANAGEMENT_OF_THE_TEAM: readonly Person[] = ['admin', 'manager', 'manager of both teams'];

type Operation = 'get' | 'list' | 'create' | 'update' | 'delete';
interface Access {
  readonly get: readonly Person[];
  readonly list: readonly Person[];
  /** Creating well-formed requests is in requests.test.ts; here, documents like the one that is there. */
  readonly create: readonly Person[];
  readonly update: readonly Person[];
  readonly delete: readonly Person[];
  /** What the list asks for; the rules must be able to prove that all of it may be read. */
  readonly listed?: readonly [field: string, value: string];
  readonly change?: Record<string, unknown>;
}

const closed: Access = { get: NOBODY, list: NOBODY, create: NOBODY, update: NOBODY, delete: NOBODY };
const read = (people: readonly Person[]): Access => ({ ...closed, get: people, list: people });

/** Who may do what to which document. What a customer or an account was part of is deleted by nobody. */
const ACCESS: Readonly<Record<string, Access>> = {
  'accounts/shop': { ...read(OF_THE_TEAM), listed: ['team', 'main'] },
  'accounts/shop/private/linking': { ...closed, get: MANAGEMENT_OF_THE_TEAM },
  'accountRequests/r1': { ...read(['admin', 'manager']), listed: ['createdBy', 'manager'] },
  'threads/shop__1': {
    ...read(OF_THE_TEAM),
    update: OF_THE_TEAM,
    listed: ['team', 'main'],
    change: { archived: true },
  },
  'threads/shop__1/messages/m1': read(OF_THE_TEAM),
  'threads/shop__1/typing/agent': {
    ...read(OF_THE_TEAM),
    update: ['agent'],
    delete: ['agent'],
    change: { at: serverTimestamp() },
  },
  'threads/shop__1/earlyChanges/c1': closed,
  'threads/shop__1/notes/n1': {
    ...read(OF_THE_TEAM),
    update: ['agent'],
    delete: ['admin', 'agent'],
    change: { text: 'pays at last', updatedAt: serverTimestamp() },
  },
  'bulkSends/b1': { ...read(MANAGEMENT_OF_THE_TEAM), listed: ['team', 'main'] },
  'bulkSends/b1/recipients/p1': read(MANAGEMENT_OF_THE_TEAM),
  'optOuts/shop__1': { ...read(OF_THE_TEAM), listed: ['team', 'main'] },
  'auditLog/a1': read(['admin']),
  'quickReplies/q1': {
    ...read(OF_THE_TEAM),
    update: MANAGEMENT_OF_THE_TEAM,
    delete: MANAGEMENT_OF_THE_TEAM,
    listed: ['team', 'main'],
    change: { title: 'Opening hours', updatedAt: serverTimestamp() },
  },
  'outbox/o1': { ...read(OF_THE_TEAM), list: MANAGEMENT_OF_THE_TEAM, listed: ['team', 'main'] },
  'hosts/h1': read(STAFF),
  'incidents/i1': read(STAFF),
  'users/agent': read(STAFF),
  'identities/shop__1': closed,
  'leases/shop': closed,
  'wa_sessions/shop': closed,
  'wa_sessions/shop/keys/k1': closed,
  'wa_sessions/shop/backups/0': closed,
  'webhooks/w1': closed,
  'webhookDeliveries/d1': closed,
  'apiKeys/k1': closed,
  'system/whatsappVersion': closed,
  'anything/else': closed,
};

const OPERATIONS: Readonly<Record<Operation, (db: Firestore, path: string, access: Access) => Promise<unknown>>> = {
  get: (db, path) => getDoc(doc(db, path)),
  list(db, path, { listed }) {
    const all = collection(db, path.slice(0, path.lastIndexOf('/')));
    return getDocs(listed ? query(all, where(listed[0], '==', listed[1])) : all);
  },
  create: (db, path) => setDoc(doc(db, `${path}-new`), DOCUMENTS[path] ?? {}),
  update: (db, path, { change }) => updateDoc(doc(db, path), change ?? { status: 'connected' }),
  delete: (db, path) => deleteDoc(doc(db, path)),
};

describe('the rules', () => {
  let rules: RulesEnvironment;
  before(async () => {
    rules = await openRules();
    await rules.seed(DOCUMENTS);
  });
  after(() => rules.close());

  for (const [path, access] of Object.entries(ACCESS)) {
    describe(path, () => {
      for (const person of ALL_PEOPLE) {
        const may = (['get', 'list', 'create', 'update', 'delete'] as const).filter((one) =>
          access[one].includes(person),
        );
        it(`${person} may ${may.join(', ') || 'do nothing'}`, async () => {
          for (const [operation, run] of Object.entries(OPERATIONS)) {
            const isAllowed = may.some((one) => one === operation);
            const attempt = run(rules.as(person), path, access);
            await (isAllowed ? assertSucceeds(attempt) : assertFails(attempt));
            if (isAllowed && operation === 'delete') await rules.seed({ [path]: DOCUMENTS[path] ?? {} });
          }
        });
      }
    });
  }

  it('are tested for every collection there is', () => {
    const tested = new Set(Object.keys(ACCESS).map((path) => path.split('/')[0]));
    assert.deepEqual(
      Object.values(COLLECTIONS).filter((name) => !tested.has(name)),
      [],
    );
  });

  it('let nobody but an admin list across teams', async () => {
    for (const name of ['accounts', 'threads', 'outbox', 'accountRequests', 'bulkSends', 'optOuts', 'quickReplies']) {
      for (const person of ALL_PEOPLE) {
        const attempt = getDocs(collection(rules.as(person), name));
        await (person === 'admin' ? assertSucceeds(attempt) : assertFails(attempt));
      }
    }
  });

  it('show an entry that was rejected before it had a team to its author and admins only', async () => {
    await rules.seed({ 'outbox/rejected': { accountId: 'nonsense', createdBy: 'agent', status: 'rejected' } });
    for (const person of ALL_PEOPLE) {
      const attempt = getDoc(doc(rules.as(person), 'outbox/rejected'));
      await (['admin', 'agent'].includes(person) ? assertSucceeds(attempt) : assertFails(attempt));
    }
  });
});
