import { assertFails, assertSucceeds } from '@firebase/rules-unit-testing';
import { deleteField, doc, serverTimestamp, setDoc, updateDoc } from 'firebase/firestore';
import { randomUUID } from 'node:crypto';
import { THREAD } from './documents.ts';
import { ALL_PEOPLE, openRules, uidOf, WHEN, type Person, type RulesEnvironment } from './environment.ts';

const MANAGEMENT: readonly Person[] = ['admin', 'manager', 'manager of both teams', 'manager of another team'];
const STAFF: readonly Person[] = [...MANAGEMENT, 'agent', 'agent of another team'];

describe('the rules, on what clients write', () => {
  let rules: RulesEnvironment;
  before(async () => {
    rules = await openRules();
  });
  after(() => rules.close());

  function create(name: string, person: Person, fields: Record<string, unknown>): Promise<void> {
    const own = { status: 'queued', createdBy: uidOf(person), createdAt: serverTimestamp() };
    const all: Record<string, unknown> = { ...own, ...fields };
    const given = Object.entries(all).filter(([, value]) => value !== undefined);
    return setDoc(doc(rules.as(person), name, randomUUID()), Object.fromEntries(given));
  }

  describe('an outbox entry', () => {
    const entry = { accountId: 'shop', toPhone: '+40712345678', payload: { kind: 'text', text: 'Good morning' } };

    for (const person of ALL_PEOPLE) {
      it(`is ${STAFF.includes(person) ? 'taken' : 'refused'} from ${person}`, async () => {
        const attempt = create('outbox', person, entry);
        await (STAFF.includes(person) ? assertSucceeds(attempt) : assertFails(attempt));
      });
    }

    const taken: Record<string, Record<string, unknown>> = {
      'a jid': { toPhone: undefined, toJid: '1@lid' },
      'a thread': { toPhone: undefined, threadId: 'shop__1' },
      // What the function refuses with a reason gets as far as the function.
      'an unknown account': { accountId: 'nonsense' },
      'no text': { payload: { kind: 'text' } },
      '70,000 characters': { payload: { kind: 'text', text: 'x'.repeat(70_000) } },
      'a bad phone': { toPhone: '12' },
      'an unknown kind': { payload: { kind: 'telepathy' } },
      'an extra field in the payload': { payload: { kind: 'text', text: 'a', bold: true } },
      'no recipient': { toPhone: undefined },
      'a time to send it': { sendAt: WHEN },
      'a text that answers a message': { payload: { kind: 'text', text: 'a', quotedId: 'm1' } },
      'a reaction': { payload: { kind: 'reaction', targetId: 'm1', emoji: '👍' } },
      'a reaction taken back': { payload: { kind: 'reaction', targetId: 'm1', emoji: null } },
      'an edit': { payload: { kind: 'edit', targetId: 'm1', text: 'b' } },
      'a deletion': { payload: { kind: 'delete', targetId: 'm1' } },
    };
    for (const [what, fields] of Object.entries(taken)) {
      it(`is taken with ${what}`, () => assertSucceeds(create('outbox', 'agent', { ...entry, ...fields })));
    }

    const refused: Record<string, Record<string, unknown>> = {
      "someone else's uid": { createdBy: 'manager' },
      'a time of the client': { createdAt: WHEN },
      'no time': { createdAt: undefined },
      'no author': { createdBy: undefined },
      'a status of the server': { status: 'routed' },
      'no status': { status: undefined },
      'an extra field': { bold: true },
      'a WhatsApp id': { waMessageId: '3EB0' },
      'a claim': { claimedBy: null },
      'a team': { team: 'main' },
      'no account': { accountId: undefined },
      'an account that is a number': { accountId: 5 },
      'an account of no length': { accountId: '' },
      'a phone that is a number': { toPhone: 40_712_345_678 },
      'a jid that is a list': { toJid: ['1@lid'] },
      'a thread that is null': { threadId: null },
      'a thread id without end': { threadId: 'x'.repeat(401) },
      'a time to send it that is a text': { sendAt: 'tomorrow' },
      'no payload': { payload: undefined },
      'a payload that is a text': { payload: 'Good morning' },
      'a payload of many fields': { payload: Object.fromEntries('abcdefghijk'.split('').map((key) => [key, 1])) },
      'a kind without end': { payload: { kind: 'x'.repeat(21) } },
      'a kind that is a number': { payload: { kind: 5, text: 'a' } },
      'a text that is a list': { payload: { kind: 'text', text: ['a'] } },
      'a target that is a number': { payload: { kind: 'delete', targetId: 5 } },
      'a target without end': { payload: { kind: 'delete', targetId: 'x'.repeat(201) } },
      'an emoji that is a list': { payload: { kind: 'reaction', targetId: 'm1', emoji: ['👍'] } },
      'an emoji without end': { payload: { kind: 'reaction', targetId: 'm1', emoji: 'x'.repeat(201) } },
      'a quote that is a list': { payload: { kind: 'text', text: 'a', quotedId: ['m1'] } },
      'a text without end': { payload: { kind: 'text', text: 'x'.repeat(100_001) } },
    };
    for (const [what, fields] of Object.entries(refused)) {
      it(`is refused with ${what}`, () => assertFails(create('outbox', 'agent', { ...entry, ...fields })));
    }

    it('is refused under an id of a bulk send, or one that no entry can have', async () => {
      const own = { ...entry, status: 'queued', createdBy: 'agent', createdAt: serverTimestamp() };
      for (const id of ['bulk_b1_p1', 'so so', 'x'.repeat(129)]) {
        await assertFails(setDoc(doc(rules.as('agent'), 'outbox', id), own));
      }
    });

    it('cannot be changed by its author', async () => {
      await rules.seed({ 'outbox/mine': { ...entry, status: 'queued', createdBy: 'agent', createdAt: WHEN } });
      await assertFails(updateDoc(doc(rules.as('agent'), 'outbox/mine'), { status: 'cancelled' }));
    });
  });

  describe('an account request', () => {
    const request = { type: 'add', name: 'Shop', phone: '+40712345678' };

    for (const person of ALL_PEOPLE) {
      it(`is ${MANAGEMENT.includes(person) ? 'taken' : 'refused'} from ${person}`, async () => {
        const attempt = create('accountRequests', person, request);
        await (MANAGEMENT.includes(person) ? assertSucceeds(attempt) : assertFails(attempt));
      });
    }

    for (const type of ['relink', 'pairing_code', 'connect', 'disconnect', 'reset', 'delete']) {
      it(`is taken to ${type} an account`, () =>
        assertSucceeds(create('accountRequests', 'manager', { type, accountId: 'shop' })));
    }

    const refused: Record<string, Record<string, unknown>> = {
      'an unknown type': { type: 'explode' },
      'no type': { type: undefined },
      "someone else's uid": { createdBy: 'admin' },
      'a time of the client': { createdAt: WHEN },
      'a status of the server': { status: 'routed' },
      'an extra field': { desired: 'online' },
      'an account that is a number': { accountId: 5 },
      'a name that is a number': { name: 5 },
      'a name without end': { name: 'x'.repeat(201) },
      'a phone that is a number': { phone: 40_712_345_678 },
      'a team that is a list': { team: ['main'] },
    };
    for (const [what, fields] of Object.entries(refused)) {
      it(`is refused with ${what}`, () => assertFails(create('accountRequests', 'manager', { ...request, ...fields })));
    }
  });

  describe('a thread', () => {
    beforeEach(() => rules.seed({ 'threads/t1': THREAD }));
    const change = (fields: Record<string, unknown>) => updateDoc(doc(rules.as('agent'), 'threads/t1'), fields);

    const taken: Record<string, Record<string, unknown>> = {
      'be assigned': { assignedTo: 'agent' },
      'be assigned to nobody': { assignedTo: null },
      'be tagged': { tags: ['vip', 'late'] },
      'be archived': { archived: true },
      'be read': { unreadCount: 0 },
      'be changed in all of these at once': { assignedTo: 'agent', tags: ['vip'], archived: true, unreadCount: 0 },
    };
    for (const [what, fields] of Object.entries(taken)) {
      it(`can ${what}`, () => assertSucceeds(change(fields)));
    }

    const refused: Record<string, Record<string, unknown>> = {
      'be made unread': { unreadCount: 5 },
      'lose its unread count': { unreadCount: deleteField() },
      'be assigned to a number': { assignedTo: 5 },
      'be assigned to a name of no length': { assignedTo: '' },
      'be tagged with a text': { tags: 'vip' },
      'have an unread count that is a text': { unreadCount: 'none' },
      ...Object.fromEntries(
        Array.from({ length: 10 }, (_, index) => [
          `be tagged with a number in place ${String(index + 1)}`,
          { tags: [...Array.from({ length: index }, () => 'vip'), 5] },
        ]),
      ),
      'be tagged without end': { tags: Array.from({ length: 11 }, (_, index) => String(index)) },
      'be tagged with an essay': { tags: ['x'.repeat(41)] },
      'be archived a little': { archived: 'yes' },
      'lose its tags': { tags: deleteField() },
      'change team': { team: 'sales' },
      'change account': { accountId: 'other' },
      'change address': { clientJid: '2@lid' },
      "change its customer's wish": { optedOutAt: null },
      'say that nobody need look for that': { optOutSoughtAs: '+40722000111' },
      'change its preview': { lastMessageText: 'changed' },
      'gain a field': { notes: 'a' },
    };
    for (const [what, fields] of Object.entries(refused)) {
      it(`cannot ${what}`, () => assertFails(change(fields)));
    }
  });
});
