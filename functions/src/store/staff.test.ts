import assert from 'node:assert/strict';
import { openProject, type EmulatedProject } from './emulated.ts';
import { createStaffDirectory } from './staff.ts';

describe('the staff directory', () => {
  let project: EmulatedProject;
  before(() => {
    project = openProject();
  });
  after(() => project.close());

  it('remembers claims for a minute, and asks again sooner when told to', async () => {
    let nowMs = 0;
    const staff = createStaffDirectory(project.auth, () => nowMs);
    const uid = await project.addUser('agent');
    const agent = { kind: 'staff', claims: { role: 'agent', teams: ['main'] } };
    const manager = { kind: 'staff', claims: { role: 'manager', teams: ['main'] } };
    assert.deepEqual(await staff.claimsOf(uid), agent);
    await project.auth.setCustomUserClaims(uid, manager.claims);
    nowMs = 59_999;
    assert.deepEqual(await staff.claimsOf(uid), agent);
    nowMs = 60_000;
    assert.deepEqual(await staff.claimsOf(uid), manager);
    await project.auth.setCustomUserClaims(uid, agent.claims);
    assert.deepEqual(await staff.claimsOf(uid, 'fresh'), agent);
  });

  it('never remembers that someone is not staff', async () => {
    const staff = createStaffDirectory(project.auth, () => 0);
    const uid = await project.addUser(null);
    assert.equal((await staff.claimsOf(uid)).kind, 'no-role');
    await staff.setClaims(uid, { role: 'agent', teams: ['main'] });
    assert.equal((await staff.claimsOf(uid)).kind, 'staff');
  });

  it('takes claims of an unknown form for no role', async () => {
    const staff = createStaffDirectory(project.auth, () => 0);
    const uid = await project.addUser(null);
    await project.auth.setCustomUserClaims(uid, { role: 'king', teams: 'all' });
    assert.equal((await staff.claimsOf(uid)).kind, 'no-role');
  });

  for (const uid of ['', 'nobody', 'a/b', 'x'.repeat(129)]) {
    it(`knows nobody called "${uid.slice(0, 10)}"`, async () => {
      const staff = createStaffDirectory(project.auth, () => 0);
      assert.deepEqual(await staff.claimsOf(uid), { kind: 'unknown' });
      assert.equal(await staff.findUser({ uid }), null);
    });
  }
});
