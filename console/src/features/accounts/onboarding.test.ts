import assert from 'node:assert/strict';
import { errorOf } from '@switchboard/contract/failure';
import { currentOf, linkedOf, startWalk, walkOn, type Walk } from './onboarding.ts';

const A = '+40712345671';
const B = '+40712345672';
const C = '+40712345673';
const walk = startWalk([A, B, C].map((phoneE164, index) => ({ line: index + 1, name: phoneE164, phoneE164 })));
const states = (of: Walk) => of.map(({ state }) => state);

describe('linking many numbers', () => {
  it('begins with the first', () => {
    assert.deepEqual(states(walk), ['current', 'waiting', 'waiting']);
  });

  it('goes on to the next once one is linked', () => {
    const next = walkOn(walk, { kind: 'linked', phone: A });
    assert.deepEqual(states(next), ['linked', 'current', 'waiting']);
    assert.equal(linkedOf(next), 1);
  });

  it('goes on past what the server refuses, and keeps why', () => {
    const refusal = errorOf('permission_denied', 'another team has it');
    const next = walkOn(walk, { kind: 'refused', phone: A, refusal });
    assert.deepEqual(states(next), ['refused', 'current', 'waiting']);
    assert.equal(next[0]?.refusal, refusal);
  });

  it('comes back to a skipped number when it is chosen, and the one before it waits', () => {
    const skipped = walkOn(walk, { kind: 'skipped', phone: A });
    const back = walkOn(skipped, { kind: 'chosen', phone: A });
    assert.deepEqual(states(back), ['current', 'waiting', 'waiting']);
  });

  it('ends when none waits any more', () => {
    const end = [A, B, C].reduce((now, phone) => walkOn(now, { kind: 'linked', phone }), walk);
    assert.equal(currentOf(end), null);
    assert.equal(linkedOf(end), 3);
  });

  it('never links a number twice', () => {
    const linked = walkOn(walk, { kind: 'linked', phone: A });
    assert.equal(walkOn(linked, { kind: 'chosen', phone: A })[0]?.state, 'linked');
  });

  it('knows the account of a number once the server took it', () => {
    const next = walkOn(walk, { kind: 'added', phone: A, accountId: 'account_demo_1' });
    assert.equal(currentOf(next)?.accountId, 'account_demo_1');
  });
});
