import assert from 'node:assert/strict';
import { Groups, type Group } from './groups.ts';

const [OWNER, ANA, MIHAI] = ['+40700000001', '+40700000002', '+40700000003'] as const;

function rolesOf(group: Group | undefined): Record<string, string> {
  return Object.fromEntries(group?.members ?? []);
}

describe('groups', () => {
  const create = (groups: Groups) =>
    groups.create({ subject: 'Orders', owner: OWNER, members: [ANA, OWNER], nowSeconds: 1000 });

  it('begin with their owner as superadmin and everyone else as member, each once', () => {
    const group = create(new Groups());
    assert.match(group.id, /^\d{18}@g\.us$/);
    assert.deepEqual(rolesOf(group), { [OWNER]: 'superadmin', [ANA]: 'member' });
  });

  it('report which phones a change concerned, and change nothing twice', () => {
    const groups = new Groups();
    const { id } = create(groups);
    assert.deepEqual(groups.change(id, 'add', [ANA, MIHAI, MIHAI]), [MIHAI]);
    assert.deepEqual(groups.change(id, 'promote', [ANA, OWNER]), [ANA]);
    assert.deepEqual(groups.change(id, 'demote', [ANA, MIHAI]), [ANA]);
    assert.deepEqual(groups.change(id, 'remove', [ANA]), [ANA]);
    assert.deepEqual(groups.change(id, 'remove', [ANA]), []);
    assert.deepEqual(rolesOf(groups.find(id)), { [OWNER]: 'superadmin', [MIHAI]: 'member' });
  });

  it('never take the owner’s role away by demoting', () => {
    const groups = new Groups();
    const { id } = create(groups);
    assert.deepEqual(groups.change(id, 'demote', [OWNER]), []);
  });

  it('are found by their members only', () => {
    const groups = new Groups();
    const { id } = create(groups);
    assert.deepEqual(
      groups.ofMember(ANA).map((group) => group.id),
      [id],
    );
    assert.deepEqual(groups.ofMember(MIHAI), []);
  });

  it('know nothing of a group that was never made', () => {
    const groups = new Groups();
    assert.equal(groups.find('120363000000000000@g.us'), undefined);
    assert.deepEqual(groups.change('120363000000000000@g.us', 'add', [ANA]), []);
  });
});
