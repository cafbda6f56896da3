import { paths } from '@switchboard/contract/paths';
import { userSchema } from '@switchboard/contract/user';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { openProject, recordingLog, type EmulatedProject } from '../store/emulated.ts';
import { createStaffDirectory } from '../store/staff.ts';
import { createUserStore } from '../store/users.ts';
import { assertRefused, callerOf } from './refused.ts';
import { setUserRole } from './set-user-role.ts';
import { createUser, setUserDisabled, type UsersDeps } from './users.ts';

describe('staff in the settings', () => {
  let project: EmulatedProject;
  let deps: UsersDeps;
  let admin: string;

  before(async () => {
    project = openProject();
    const { auth, db } = project;
    deps = { staff: createStaffDirectory(auth, Date.now), users: createUserStore(db), log: recordingLog() };
    admin = await project.addUser('admin');
  });
  after(() => project.close());

  const freshEmail = () => `${randomUUID()}@demo.test`;
  const colleague = (fields: Record<string, unknown> = {}) => ({
    email: freshEmail(),
    displayName: 'Ana Pop',
    role: 'agent',
    teams: ['main'],
    ...fields,
  });
  const create = (data: unknown, uid = admin) => createUser(deps, callerOf(uid), data);
  const disable = (data: unknown, uid = admin) => setUserDisabled(deps, callerOf(uid), data);
  const mirrorOf = async (uid: string) => userSchema.parse((await project.db.doc(paths.user(uid)).get()).data());

  async function actionsOn(uid: string): Promise<unknown[]> {
    const { docs } = await project.db.collection('auditLog').where('target', '==', uid).get();
    return docs.map((entry): unknown => entry.get('action')).sort();
  }

  it('a new colleague has name, role and teams, and a link to choose a password by', async () => {
    const wanted = colleague({ role: 'manager', teams: ['main', 'sales'] });
    const { uid, passwordResetLink } = await create(wanted);
    assert.match(passwordResetLink ?? '', /^http.*mode=resetPassword/);
    const user = await project.auth.getUser(uid);
    assert.deepEqual(user.customClaims, { role: 'manager', teams: ['main', 'sales'] });
    const { email, displayName, disabled, role, teams, updatedBy } = await mirrorOf(uid);
    assert.deepEqual({ email, displayName, role, teams }, wanted);
    assert.deepEqual([disabled, updatedBy], [false, admin]);
    assert.deepEqual(await actionsOn(uid), ['user.create']);
  });

  it('one with a password needs no link', async () => {
    const { passwordResetLink } = await create(colleague({ password: 'correct horse' }));
    assert.equal(passwordResetLink, null);
  });

  it('is refused for an address that is taken, a short password, and to all but admins', async () => {
    const wanted = colleague();
    await create(wanted);
    await assertRefused(create(wanted), 'email_taken', 'email');
    await assertRefused(create(colleague({ password: 'short' })), 'invalid_request', 'password');
    await assertRefused(create(colleague({ teams: [] })), 'invalid_request', 'teams');
    for (const role of ['manager', 'agent', null] as const) {
      const uid = await project.addUser(role);
      await assertRefused(create(colleague(), uid), 'permission_denied', null);
      await assertRefused(disable({ uid: admin, disabled: true }, uid), 'permission_denied', null);
    }
    await assertRefused(createUser(deps, null, wanted), 'unauthenticated', null);
  });

  it('is refused for a password that the project’s own policy does not take, in the words of that policy', async () => {
    // The Auth emulator knows no password policies, so their answer is played.
    const weak = { kind: 'weak', detail: 'it needs a digit' } as const;
    const strict = { ...deps, staff: { ...deps.staff, createUser: () => Promise.resolve(weak) } };
    const asked = createUser(strict, callerOf(admin), colleague({ password: 'correct horse' }));
    await assertRefused(asked, 'weak_password', 'password');
    await assert.rejects(asked, /it needs a digit/);
  });

  it('a colleague who is locked out may not sign in and is no staff, until they are let in again', async () => {
    const { uid } = await create(colleague());
    assert.deepEqual(await disable({ uid, disabled: true }), { uid, disabled: true });
    assert.equal((await project.auth.getUser(uid)).disabled, true);
    assert.equal((await mirrorOf(uid)).disabled, true);
    assert.equal((await deps.staff.claimsOf(uid)).kind, 'unknown');
    await disable({ uid, disabled: false });
    assert.equal((await project.auth.getUser(uid)).disabled, false);
    const { disabled, role } = await mirrorOf(uid);
    assert.deepEqual([disabled, role], [false, 'agent']);
    assert.deepEqual(await actionsOn(uid), ['user.create', 'user.disable', 'user.enable']);
  });

  it('nobody locks themself out, nor the last admin who may sign in', async () => {
    await assertRefused(disable({ uid: admin, disabled: true }), 'permission_denied', 'uid');
    const { uid: second } = await create(colleague({ role: 'admin' }));
    const { uid: third } = await create(colleague({ role: 'admin' }));
    await disable({ uid: third, disabled: true });
    await assertRefused(disable({ uid: second, disabled: true }), 'permission_denied', 'uid');
    const roles = { ...deps, bootstrapAdminEmail: '' };
    await assertRefused(
      setUserRole(roles, callerOf(admin), { uid: second, role: 'agent' }),
      'permission_denied',
      'role',
    );
    await assertRefused(disable({ uid: 'nobody', disabled: true }), 'unknown_user', 'uid');
    await assertRefused(disable({ uid: await project.addUser(null), disabled: true }), 'unknown_user', 'uid');
  });
});
