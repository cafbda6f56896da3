import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { doc, serverTimestamp, setDoc, type DocumentReference } from 'firebase/firestore';
import { createOnce } from '../../console/src/lib/firestore/create-once.ts';
import { openRules, uidOf, type Person, type RulesEnvironment } from './environment.ts';

describe('a creation whose answer was lost', () => {
  let rules: RulesEnvironment;
  before(async () => {
    rules = await openRules();
  });
  after(() => rules.close());

  const entryAs = (person: Person, id: string): DocumentReference => doc(rules.as(person), 'outbox', id);
  const entryOf = (person: Person) => ({
    ...{ accountId: 'shop', toPhone: '+40712345678', payload: { kind: 'text', text: 'Good morning' } },
    ...{ status: 'queued', createdBy: uidOf(person), createdAt: serverTimestamp() },
  });

  it('is refused when it is repeated, and told as done', async () => {
    const entry = entryAs('agent', randomUUID());
    await setDoc(entry, entryOf('agent'));
    await assert.rejects(setDoc(entry, entryOf('agent')), { code: 'permission-denied' });
    await createOnce(entry, entryOf('agent'));
  });

  it('is told as refused when nothing is stored, or what is there is not by this person', async () => {
    const id = randomUUID();
    const wrong = { ...entryOf('agent'), status: 'sent' };
    await assert.rejects(createOnce(entryAs('agent', id), wrong), { code: 'permission-denied' });
    await setDoc(entryAs('agent', id), entryOf('agent'));
    for (const person of ['manager', 'admin'] as const) {
      await assert.rejects(createOnce(entryAs(person, id), entryOf(person)), { code: 'permission-denied' });
    }
  });
});
