import assert from 'node:assert/strict';
import type { Clock } from '../clock.ts';
import { FirstContacts } from './first-contacts.ts';

const DAY_MS = 24 * 3_600_000;

describe('the cap on new threads', () => {
  let nowMs = 0;
  const clock: Clock = { nowMs: () => nowMs, monotonicMs: () => nowMs, after: () => () => undefined };
  let contacts: FirstContacts;

  beforeEach(() => {
    nowMs = 0;
    contacts = new FirstContacts(clock);
  });

  it('lets so many strangers be written to, and no more', () => {
    for (const thread of ['a', 'b']) {
      assert.equal(contacts.waitMs(thread, 2), 0);
      contacts.remember(thread, 0);
    }
    assert.equal(contacts.waitMs('c', 2), DAY_MS);
  });

  it('never holds back a second message to the same stranger', () => {
    contacts.remember('a', 0);
    assert.equal(contacts.waitMs('a', 1), 0);
  });

  it('makes room as days pass', () => {
    contacts.remember('a', 0);
    nowMs = 1_000;
    contacts.remember('b', 0);
    assert.equal(contacts.waitMs('c', 2), DAY_MS - 1_000);
    nowMs = DAY_MS;
    assert.equal(contacts.waitMs('c', 2), 0);
  });

  it('counts what was sent before a restart', () => {
    contacts.remember('a', DAY_MS - 5_000);
    assert.equal(contacts.waitMs('b', 1), 5_000);
  });

  it('of 0 is no cap', () => {
    contacts.remember('a', 0);
    assert.equal(contacts.waitMs('b', 0), 0);
  });
});
