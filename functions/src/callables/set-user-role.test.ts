import { auditEntrySchema } from '@switchboard/contract/audit';
import { Refusal, type FailureCode } from '@switchboard/contract/failure';
import { COLLECTIONS, paths } from '@switchboard/contract/paths';
import { userSchema, type Claims } from '@switchboard/contract/user';
import assert from 'node:assert/strict';
import { createStaffDirectory } from '../store/staff.ts';
import { createUserStore } from '../store/users.ts';
import { delivered, openProject, recordingLog, type EmulatedProject } from '../store/emulated.ts';
import type { Caller } from '../access.ts';
import { setUserRole, type SetUserRoleDeps } from './set-user-role.ts';

const OWNER = 'owner@demo.test';

describe('setting a role', () => {
  let project: EmulatedProject;
  let deps: SetUserRoleDeps;

  beforeEach(() => {
    project = openProject();
    deps = {
      staff: createStaffDirectory(project.auth, Date.now),
      users: createUserStore(project.db),
      bootstrapAdminEmail: OWNER,
      log: recordingLog(),
    };
  });
  afterEach(() => project.close());

  const callerOf = (uid: string): Caller => ({ uid, email: `${uid}@demo.test`, isEmailVerified: true });

  async function addOwner(): Promise<Caller> {
    const { uid } = await project.auth.createUser({ email: OWNER, emailVerified: true });
    return { uid, email: OWNER, isEmailVerified: true };
  }

  async function addAdmin(): Promise<Caller> {
    const uid = await project.addUser('admin');
    await createUserStore(project.db).change(uid, (user) => {
      user.setClaims({ role: 'admin', teams: ['main'] }, { email: null, displayName: null, disabled: false }, 'test');
    });
    return callerOf(uid);
  }

  async function claimsOf(uid: string): Promise<unknown> {
    return (await project.auth.getUser(uid)).customClaims ?? {};
  }

  async function mirrorOf(uid: string): Promise<Claims | null> {
    const data = (await project.db.doc(paths.user(uid)).get()).data();
    return data ? userSchema.parse(data) : null;
  }

  async function assertRefused(work: Promise<unknown>, code: FailureCode, field: string | null): Promise<void> {
    await assert.rejects(work, (error) => {
      assert.ok(error instanceof Refusal);
      assert.deepEqual({ code: error.info.code, field: error.info.field }, { code, field });
      return true;
    });
  }

  it('gives role and teams in the claims and in the mirror', async () => {
    const admin = await addAdmin();
    const uid = await project.addUser(null);
    const output = await setUserRole(deps, admin, { uid, role: 'agent', teams: ['sales', 'main'] });
    assert.deepEqual(output, { uid, role: 'agent', teams: ['sales', 'main'] });
    assert.deepEqual(await claimsOf(uid), { role: 'agent', teams: ['sales', 'main'] });
    const mirror = userSchema.parse((await project.db.doc(paths.user(uid)).get()).data());
    assert.equal(mirror.role, 'agent');
    assert.equal(mirror.updatedBy, admin.uid);
    const { docs } = await project.db.collection(COLLECTIONS.auditLog).where('target', '==', uid).get();
    assert.deepEqual(
      docs.map((audit) => auditEntrySchema.parse(audit.data())).map(({ action, by, details }) => [action, by, details]),
      [['user.role', admin.uid, { role: 'agent', teams: 'sales main' }]],
    );
  });

  it('finds people by e-mail and puts them into the default team', async () => {
    const admin = await addAdmin();
    const { uid } = await project.auth.createUser({ email: 'ana@demo.test' });
    const output = await setUserRole(deps, admin, { email: 'ana@demo.test', role: 'manager' });
    assert.deepEqual(output, { uid, role: 'manager', teams: ['main'] });
  });

  it('keeps the teams of someone whose role changes', async () => {
    const admin = await addAdmin();
    const uid = await project.addUser(null);
    await setUserRole(deps, admin, { uid, role: 'agent', teams: ['sales'] });
    assert.deepEqual((await setUserRole(deps, admin, { uid, role: 'manager' })).teams, ['sales']);
  });

  it('takes a role away and leaves other claims alone', async () => {
    const admin = await addAdmin();
    const uid = await project.addUser(null);
    await project.auth.setCustomUserClaims(uid, { tenant: 'a', role: 'agent', teams: ['main'] });
    assert.deepEqual(await setUserRole(deps, admin, { uid, role: null }), { uid, role: null, teams: [] });
    assert.deepEqual(await claimsOf(uid), { tenant: 'a' });
    assert.equal(await mirrorOf(uid), null);
  });

  it('leaves claims and mirror agreed when two admins decide at the same time', async () => {
    const [first, second] = [await addAdmin(), await addAdmin()];
    const uid = await project.addUser(null);
    await Promise.all([
      delivered(() => setUserRole(deps, first, { uid, role: 'agent' })),
      delivered(() => setUserRole(deps, second, { uid, role: 'manager' })),
    ]);
    const mirror = await mirrorOf(uid);
    assert.deepEqual(await claimsOf(uid), { role: mirror?.role, teams: mirror?.teams });
  });

  describe('the first admin', () => {
    it('makes themself admin with the configured, verified address', async () => {
      const owner = await addOwner();
      await setUserRole(deps, { ...owner, email: 'Owner@Demo.test' }, { uid: owner.uid, role: 'admin' });
      assert.deepEqual(await claimsOf(owner.uid), { role: 'admin', teams: ['main'] });
    });

    it('may ask again when the first attempt broke off before the claims were set', async () => {
      const owner = await addOwner();
      await deps.users.change(owner.uid, (user) => {
        user.setClaims(
          { role: 'admin', teams: ['main'] },
          { email: OWNER, displayName: null, disabled: false },
          owner.uid,
        );
      });
      await setUserRole(deps, owner, { uid: owner.uid, role: 'admin' });
      assert.deepEqual(await claimsOf(owner.uid), { role: 'admin', teams: ['main'] });
    });

    const refusals: readonly [string, Partial<Caller>][] = [
      ['an address that is not verified', { isEmailVerified: false }],
      ['another address', { email: 'someone@demo.test' }],
      ['no address', { email: null }],
    ];
    for (const [what, caller] of refusals) {
      it(`is refused with ${what}`, async () => {
        const owner = await addOwner();
        const asked = setUserRole(deps, { ...owner, ...caller }, { uid: owner.uid, role: 'admin' });
        await assertRefused(asked, 'permission_denied', null);
      });
    }

    it('is refused when no address is configured', async () => {
      const owner = await addOwner();
      const closed = { ...deps, bootstrapAdminEmail: '' };
      const asked = setUserRole(closed, { ...owner, email: '' }, { uid: owner.uid, role: 'admin' });
      await assertRefused(asked, 'permission_denied', null);
    });

    it('is refused when there is an admin already', async () => {
      await addAdmin();
      const owner = await addOwner();
      await assertRefused(setUserRole(deps, owner, { uid: owner.uid, role: 'admin' }), 'permission_denied', null);
      assert.deepEqual(await claimsOf(owner.uid), {});
    });

    it('may make nobody else admin, and themself nothing else', async () => {
      const owner = await addOwner();
      const uid = await project.addUser(null);
      await assertRefused(setUserRole(deps, owner, { uid, role: 'admin' }), 'permission_denied', null);
      await assertRefused(setUserRole(deps, owner, { uid: owner.uid, role: 'agent' }), 'permission_denied', null);
    });
  });

  describe('is refused', () => {
    it('to whoever is not signed in', () => assertRefused(setUserRole(deps, null, {}), 'unauthenticated', null));

    for (const role of ['manager', 'agent', null] as const) {
      it(`to ${role ?? 'someone without a role'}`, async () => {
        const uid = await project.addUser(role);
        await assertRefused(setUserRole(deps, callerOf(uid), { uid, role: 'admin' }), 'permission_denied', null);
      });
    }

    it('to a former admin whose token is still good', async () => {
      const [former, other] = [await addAdmin(), await addAdmin()];
      await setUserRole(deps, other, { uid: former.uid, role: null });
      await assertRefused(setUserRole(deps, former, { uid: former.uid, role: 'admin' }), 'permission_denied', null);
    });

    it('for the last admin, also when two remove each other at once', async () => {
      const [first, second] = [await addAdmin(), await addAdmin()];
      const results = await Promise.allSettled([
        setUserRole(deps, first, { uid: second.uid, role: 'agent' }),
        setUserRole(deps, second, { uid: first.uid, role: 'agent' }),
      ]);
      assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
      const left = (await mirrorOf(first.uid))?.role === 'admin' ? first : second;
      await assertRefused(setUserRole(deps, left, { uid: left.uid, role: null }), 'permission_denied', 'role');
    });

    const malformed: readonly [string, unknown, FailureCode, string | null][] = [
      ['for nobody in particular', { role: 'agent' }, 'invalid_request', 'uid'],
      ['for two names at once', { uid: 'a', email: 'a@b.test', role: 'agent' }, 'invalid_request', 'uid'],
      ['with an unknown role', { uid: 'a', role: 'king' }, 'invalid_request', 'role'],
      ['with a team that cannot be', { uid: 'a', role: 'agent', teams: ['No Team'] }, 'invalid_request', 'teams.0'],
      ['with nothing', null, 'invalid_request', null],
      ['for a user nobody knows', { uid: 'nobody', role: 'agent' }, 'unknown_user', 'uid'],
      ['for an e-mail nobody has', { email: 'no@demo.test', role: 'agent' }, 'unknown_user', 'email'],
    ];
    for (const [what, data, code, field] of malformed) {
      it(what, async () => {
        await assertRefused(setUserRole(deps, await addAdmin(), data), code, field);
      });
    }
  });
});
