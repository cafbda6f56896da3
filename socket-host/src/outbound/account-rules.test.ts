import assert from 'node:assert/strict';
import { errorOf } from '@switchboard/contract/failure';
import { DEFAULT_LIMITS } from '@switchboard/contract/limits';
import type { Clock } from '../clock.ts';
import { AccountRules } from './account-rules.ts';
import type { SendingRules } from './gate.ts';

const FREE: SendingRules = { limits: DEFAULT_LIMITS, hold: null };

describe('the sending rules of an account', () => {
  let nowMs = 0;
  const clock: Clock = { nowMs: () => nowMs, monotonicMs: () => nowMs, after: () => () => undefined };
  const error = errorOf('new_chats_restricted');
  let rules: AccountRules;

  beforeEach(() => {
    nowMs = 0;
    rules = new AccountRules(clock, { perMinute: 30, newThreadsPerDay: 30 }, FREE);
  });

  it('are the host’s where the account says nothing', () => {
    assert.equal(rules.perMinute(), 30);
    rules.update({ ...FREE, limits: { ...DEFAULT_LIMITS, perMinute: 0 } });
    assert.equal(rules.perMinute(), 0);
  });

  it('hold at once, although the document does not show it yet', async () => {
    const writing = rules.restrictNewChats(error, () => Promise.resolve());
    assert.equal(rules.update(FREE), false);
    await writing;
    assert.equal(rules.update(FREE), false);
    assert.equal(rules.current().hold?.error.code, 'new_chats_restricted');
  });

  it('are lifted by hand once the document has shown the hold', async () => {
    await rules.restrictNewChats(error, () => Promise.resolve());
    rules.update({ ...FREE, hold: rules.current().hold });
    assert.equal(rules.update(FREE), true);
    assert.equal(rules.current().hold, null);
  });

  it('are lifted even when the hold was never shown, after a while', async () => {
    await rules.restrictNewChats(error, () => Promise.resolve());
    nowMs = 60_000;
    assert.equal(rules.update(FREE), true);
  });
});
