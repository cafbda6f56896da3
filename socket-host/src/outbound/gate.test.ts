import assert from 'node:assert/strict';
import { errorOf, type FailureCode } from '@switchboard/contract/failure';
import { DEFAULT_LIMITS } from '@switchboard/contract/limits';
import { Timestamp } from 'firebase-admin/firestore';
import type { Clock } from '../clock.ts';
import { FirstContacts } from './first-contacts.ts';
import { gateOf, type SendingRules } from './gate.ts';
import { routedEntry } from '../store/routed-entry.ts';

const NOON = Date.parse('2026-03-01T12:00:00Z');
const clock: Clock = { nowMs: () => NOON, monotonicMs: () => 0, after: () => () => undefined };
const FREE: SendingRules = { limits: DEFAULT_LIMITS, hold: null };

const held = (code: FailureCode, untilMs: number | null): SendingRules => ({
  ...FREE,
  hold: {
    error: errorOf(code),
    since: Timestamp.fromMillis(NOON),
    until: untilMs === null ? null : Timestamp.fromMillis(untilMs),
  },
});

describe('the gate of an account', () => {
  const stranger = routedEntry({ isFirstContact: true });
  const known = routedEntry({ isFirstContact: false });
  const wait = (rules: SendingRules, entry = known, contacts = new FirstContacts(clock)): number =>
    gateOf({ clock, contacts, defaults: { perMinute: 30, newThreadsPerDay: 1 } }, rules, entry).waitMs;

  it('is open by default', () => {
    assert.equal(wait(FREE), 0);
    assert.equal(wait(FREE, stranger), 0);
  });

  it('keeps strangers waiting while WhatsApp restricts new chats, and nobody else', () => {
    const rules = held('new_chats_restricted', NOON + 5_000);
    assert.equal(wait(rules, stranger), 5_000);
    assert.equal(wait(rules), 0);
  });

  it('stops everything for any other hold, for as long as it says', () => {
    assert.equal(wait(held('refused_by_whatsapp', NOON + 5_000)), 5_000);
    assert.equal(wait(held('refused_by_whatsapp', null)), Number.POSITIVE_INFINITY);
    assert.equal(wait(held('refused_by_whatsapp', NOON - 1)), 0);
  });

  it('is closed in quiet hours', () => {
    const quietHours = { from: '11:00', to: '13:00', timeZone: 'UTC' };
    assert.equal(wait({ ...FREE, limits: { ...DEFAULT_LIMITS, quietHours } }), 3_600_000);
  });

  it('counts strangers against the host’s cap, or the account’s own', () => {
    const contacts = new FirstContacts(clock);
    contacts.remember('another thread', 0);
    assert.ok(wait(FREE, stranger, contacts) > 0);
    const defaults = { perMinute: 30, newThreadsPerDay: 1 };
    assert.equal(gateOf({ clock, contacts, defaults }, FREE, stranger).why?.code, 'new_threads_capped');
    assert.equal(wait(FREE, known, contacts), 0);
    const limits = { ...DEFAULT_LIMITS, newThreadsPerDay: 2 };
    assert.equal(wait({ ...FREE, limits }, stranger, contacts), 0);
  });

  it('takes nobody for a stranger who has written since', () => {
    const contacts = new FirstContacts(clock);
    contacts.remember('another thread', 0);
    contacts.answered(stranger.data.threadId);
    assert.equal(wait(FREE, stranger, contacts), 0);
    assert.equal(wait(held('new_chats_restricted', NOON + 5_000), stranger, contacts), 0);
  });

  it('says what keeps an entry longest', () => {
    const quietHours = { from: '11:00', to: '13:00', timeZone: 'UTC' };
    const rules = { ...held('new_chats_restricted', NOON + 5_000), limits: { ...DEFAULT_LIMITS, quietHours } };
    const dependencies = {
      clock,
      contacts: new FirstContacts(clock),
      defaults: { perMinute: 30, newThreadsPerDay: 1 },
    };
    assert.equal(gateOf(dependencies, rules, stranger).why?.code, 'quiet_hours');
    assert.equal(gateOf(dependencies, FREE, stranger).why, null);
  });

  it('keeps what is to be sent later until then, and gives no reason for that', () => {
    const later = routedEntry({ sendAt: Timestamp.fromMillis(NOON + 7_000) });
    assert.equal(wait(FREE, later), 7_000);
  });
});
