import { assertFails, assertSucceeds } from '@firebase/rules-unit-testing';
import { deleteDoc, doc, serverTimestamp, setDoc } from 'firebase/firestore';
import { DOCUMENTS } from './documents.ts';
import { ALL_PEOPLE, openRules, uidOf, WHEN, type Person, type RulesEnvironment } from './environment.ts';

const OF_THE_TEAM: readonly Person[] = ['admin', 'manager', 'agent', 'manager of both teams'];

describe('the rules, on who is typing', () => {
  let rules: RulesEnvironment;
  before(async () => {
    rules = await openRules();
    await rules.seed(DOCUMENTS);
  });
  after(() => rules.close());

  function say(person: Person, fields: Record<string, unknown> = {}, uid = uidOf(person)): Promise<void> {
    const typing = { name: 'Dan', at: serverTimestamp(), ...fields };
    return setDoc(doc(rules.as(person), 'threads/shop__1/typing', uid), typing);
  }

  for (const person of ALL_PEOPLE) {
    const may = OF_THE_TEAM.includes(person);
    it(`${person} may ${may ? 'say and unsay it of themself' : 'say nothing'}`, async () => {
      const expect = may ? assertSucceeds : assertFails;
      await expect(say(person));
      await expect(say(person));
      await expect(deleteDoc(doc(rules.as(person), 'threads/shop__1/typing', uidOf(person))));
    });
  }

  it('nobody says or unsays it of somebody else', async () => {
    await assertFails(say('agent', {}, 'manager'));
    await assertSucceeds(say('manager'));
    await assertFails(deleteDoc(doc(rules.as('agent'), 'threads/shop__1/typing/manager')));
    await assertFails(deleteDoc(doc(rules.as('admin'), 'threads/shop__1/typing/manager')));
  });

  const refused: Record<string, Record<string, unknown>> = {
    'a time of the client': { at: WHEN },
    'a name of no length': { name: '' },
    'a name without end': { name: 'x'.repeat(81) },
    'a name that is a number': { name: 5 },
    'an extra field': { text: 'secret' },
  };
  for (const [what, fields] of Object.entries(refused)) {
    it(`is refused with ${what}`, () => assertFails(say('agent', fields)));
  }
});
