import { assertFails, assertSucceeds } from '@firebase/rules-unit-testing';
import { deleteDoc, doc, serverTimestamp, setDoc, updateDoc } from 'firebase/firestore';
import { randomUUID } from 'node:crypto';
import { DOCUMENTS } from './documents.ts';
import { ALL_PEOPLE, openRules, uidOf, WHEN, type Person, type RulesEnvironment } from './environment.ts';

const MANAGEMENT: readonly Person[] = ['admin', 'manager', 'manager of both teams'];
const OF_THE_TEAM: readonly Person[] = [...MANAGEMENT, 'agent'];

describe('the rules, on what staff write themselves', () => {
  let rules: RulesEnvironment;
  before(async () => {
    rules = await openRules();
    await rules.seed(DOCUMENTS);
  });
  after(() => rules.close());

  function create(collection: string, person: Person, fields: Record<string, unknown>): Promise<void> {
    const given = Object.entries(fields).filter(([, value]) => value !== undefined);
    return setDoc(doc(rules.as(person), collection, randomUUID()), Object.fromEntries(given));
  }

  describe('a note', () => {
    const NOTES = 'threads/shop__1/notes';
    const note = (person: Person) => ({ text: 'pays late', createdBy: uidOf(person), createdAt: serverTimestamp() });
    const own = `${NOTES}/own`;
    const change = (person: Person, fields: Record<string, unknown>) => updateDoc(doc(rules.as(person), own), fields);

    beforeEach(() => rules.seed({ [own]: { text: 'a', createdBy: 'agent', createdAt: WHEN } }));

    for (const person of ALL_PEOPLE) {
      it(`is ${OF_THE_TEAM.includes(person) ? 'taken' : 'refused'} from ${person}`, async () => {
        const attempt = create(NOTES, person, note(person));
        await (OF_THE_TEAM.includes(person) ? assertSucceeds(attempt) : assertFails(attempt));
      });
    }

    const refused: Record<string, Record<string, unknown>> = {
      "someone else's name": { createdBy: 'manager' },
      'a time of the client': { createdAt: WHEN },
      'no text': { text: '' },
      'a text without end': { text: 'x'.repeat(4_001) },
      'a text that is a number': { text: 5 },
      'an extra field': { pinned: true },
    };
    for (const [what, fields] of Object.entries(refused)) {
      it(`is refused with ${what}`, () => assertFails(create(NOTES, 'agent', { ...note('agent'), ...fields })));
    }

    it('is changed by its author, in its text only', async () => {
      const now = { updatedAt: serverTimestamp() };
      await assertSucceeds(change('agent', { text: 'b', ...now }));
      await assertFails(change('manager', { text: 'c', ...now }));
      await assertFails(change('agent', { text: '', ...now }));
      await assertFails(change('agent', { text: 'c', updatedAt: WHEN }));
      await assertFails(change('agent', { createdBy: 'manager', ...now }));
    });

    it('is removed by its author or an admin', async () => {
      const attempt = (person: Person) => deleteDoc(doc(rules.as(person), own));
      await assertFails(attempt('manager'));
      await assertSucceeds(attempt('agent'));
      await rules.seed({ [own]: { text: 'a', createdBy: 'agent', createdAt: WHEN } });
      await assertSucceeds(attempt('admin'));
    });

    it('of a former colleague of the team is theirs no more', async () => {
      await rules.seed({ [own]: { text: 'a', createdBy: 'agent-of-another-team', createdAt: WHEN } });
      await assertFails(change('agent of another team', { text: 'b', updatedAt: serverTimestamp() }));
      await assertFails(deleteDoc(doc(rules.as('agent of another team'), own)));
    });
  });

  describe('a quick reply', () => {
    const reply = (person: Person) => ({
      team: 'main',
      title: 'Hours',
      text: 'We open at 9',
      createdBy: uidOf(person),
      updatedAt: serverTimestamp(),
    });

    for (const person of ALL_PEOPLE) {
      it(`is ${MANAGEMENT.includes(person) ? 'taken' : 'refused'} from ${person}`, async () => {
        const attempt = create('quickReplies', person, reply(person));
        await (MANAGEMENT.includes(person) ? assertSucceeds(attempt) : assertFails(attempt));
      });
    }

    const refused: Record<string, Record<string, unknown>> = {
      "someone else's name": { createdBy: 'admin' },
      "another team's name": { team: 'sales' },
      'a time of the client': { updatedAt: WHEN },
      'no title': { title: undefined },
      'a title without end': { title: 'x'.repeat(81) },
      'no text': { text: '' },
      'an extra field': { pinned: true },
    };
    for (const [what, fields] of Object.entries(refused)) {
      it(`is refused with ${what}`, () =>
        assertFails(create('quickReplies', 'manager', { ...reply('manager'), ...fields })));
    }

    it('keeps its team and its author', async () => {
      const change = (fields: Record<string, unknown>) =>
        updateDoc(doc(rules.as('manager'), 'quickReplies/q1'), { ...fields, updatedAt: serverTimestamp() });
      await assertSucceeds(change({ text: 'We open at 10' }));
      await assertFails(change({ text: '' }));
      await assertFails(change({ team: 'sales' }));
      await assertFails(change({ createdBy: 'agent' }));
    });
  });
});
