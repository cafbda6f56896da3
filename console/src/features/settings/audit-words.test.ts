import assert from 'node:assert/strict';
import { detailsWords } from './audit-words.ts';

const nameOf = (uid: string) => (uid === 'u1' ? 'Ana' : uid);

describe('the particulars in the audit log', () => {
  it('name a colleague by name, and what was chosen', () => {
    const entry = {
      action: 'user.role' as const,
      accountId: null,
      target: 'u1',
      details: { role: 'agent', teams: null },
    };
    assert.equal(detailsWords(entry, nameOf), 'Ana · role: agent');
  });

  it('leave out the account that stands beside them', () => {
    const entry = { action: 'account.limits' as const, accountId: 'a', target: 'a', details: { perMinute: 20 } };
    assert.equal(detailsWords(entry, nameOf), 'perMinute: 20');
  });
});
