import { paths } from '@switchboard/contract/paths';
import { userSchema } from '@switchboard/contract/user';
import assert from 'node:assert/strict';
import { sweepUsers } from '../schedules/sweep-users.ts';
import { openProject, recordingLog, type EmulatedProject } from '../store/emulated.ts';
import { createStaffDirectory, type StaffDirectory } from '../store/staff.ts';
import { createUserStore } from '../store/users.ts';
import { callerOf } from './refused.ts';
import { setUserRole, type SetUserRoleDeps } from './set-user-role.ts';
import { setUserDisabled } from './users.ts';

describe('changes of one user that meet', () => {
  let project: EmulatedProject;
  let deps: SetUserRoleDeps;
  let admin: string;
  let uid: string;

  before(async () => {
    project = openProject();
    const { auth, db } = project;
    const staff = createStaffDirectory(auth, Date.now);
    deps = { staff, users: createUserStore(db), bootstrapAdminEmail: '', log: recordingLog() };
    admin = await project.addUser('admin');
  });
  beforeEach(async () => {
    uid = await project.addUser(null);
    await setRole('agent');
  });
  after(() => project.close());

  const setRole = (role: 'agent' | 'manager' | null, staff = deps.staff) =>
    setUserRole({ ...deps, staff }, callerOf(admin), { uid, role });
  const setDisabled = (disabled: boolean, staff = deps.staff) =>
    setUserDisabled({ ...deps, staff }, callerOf(admin), { uid, disabled });
  const sweep = (nowMs = Date.now) => sweepUsers({ ...deps, nowMs });

  /** What Auth is to a call that other calls overtake: `meanwhile` happens once, as it has read a user or is about to write one. */
  function overtaken(at: 'findUser' | 'setClaims' | 'setDisabled', meanwhile: () => Promise<unknown>): StaffDirectory {
    let first: Promise<unknown> | null = null;
    const happens = () => (first ??= meanwhile());
    const { staff } = deps;
    return {
      ...staff,
      findUser: async (by) => {
        const found = await staff.findUser(by);
        if (at === 'findUser') await happens();
        return found;
      },
      setClaims: async (...given) => {
        if (at === 'setClaims') await happens();
        await staff.setClaims(...given);
      },
      setDisabled: async (...given) => {
        if (at === 'setDisabled') await happens();
        await staff.setDisabled(...given);
      },
    };
  }

  /** Auth as a call finds it that dies before it has written there. */
  const deadly: Pick<StaffDirectory, 'setClaims' | 'setDisabled'> = {
    setClaims: () => Promise.reject(new Error('killed')),
    setDisabled: () => Promise.reject(new Error('killed')),
  };
  const dies = (call: (staff: StaffDirectory) => Promise<unknown>) =>
    assert.rejects(call({ ...deps.staff, ...deadly }), /killed/);

  async function assertBothSay(role: 'agent' | 'manager' | null, disabled: boolean): Promise<void> {
    const said = role && { role, teams: ['main'], disabled };
    const mirror = (await project.db.doc(paths.user(uid)).get()).data();
    const user = mirror ? userSchema.parse(mirror) : null;
    assert.deepEqual(user && { role: user.role, teams: user.teams, disabled: user.disabled }, said, 'the mirror');
    const auth = await project.auth.getUser(uid);
    assert.deepEqual([auth.customClaims, auth.disabled], [role ? { role, teams: ['main'] } : {}, disabled], 'Auth');
  }

  it('a lock-out stays when a role is given by a call that began before it', async () => {
    await setRole(
      'manager',
      overtaken('findUser', () => setDisabled(true)),
    );
    await assertBothSay('manager', true);
  });

  it('who is let in again stays in when a role is given by a call that began before that', async () => {
    await setDisabled(true);
    await setRole(
      'manager',
      overtaken('findUser', () => setDisabled(false)),
    );
    await assertBothSay('manager', false);
  });

  it('a lock-out stays when role and mirror were taken away since, and are given by a call that began before', async () => {
    await setRole(
      'manager',
      overtaken('findUser', async () => {
        await setDisabled(true);
        await setRole(null);
      }),
    );
    await assertBothSay('manager', true);
  });

  it('a lock-out holds for somebody whose role is taken away before Auth hears of it', async () => {
    await setDisabled(
      true,
      overtaken('setDisabled', () => setRole(null)),
    );
    await assertBothSay(null, true);
  });

  for (const disabled of [true, false]) {
    it(`the one that was decided last holds when Auth hears of it first: ${disabled ? 'out' : 'in'}`, async () => {
      await setDisabled(
        !disabled,
        overtaken('setDisabled', () => setDisabled(disabled)),
      );
      await assertBothSay('agent', disabled);
    });
  }

  it('the role that was decided last holds when Auth hears of it first', async () => {
    await setRole(
      'manager',
      overtaken('setClaims', () => setRole(null)),
    );
    await assertBothSay(null, false);
  });

  describe('and one dies between mirror and Auth', () => {
    it('a lock-out is made up for, and no change of role undoes it', async () => {
      await dies((staff) => setDisabled(true, staff));
      await setRole('manager');
      await sweep();
      await assertBothSay('manager', true);
    });

    it('a lock-out is made up for, also when the role is taken away and given again before the sweep', async () => {
      await dies((staff) => setDisabled(true, staff));
      await setRole(null);
      await setRole('agent');
      await sweep();
      await assertBothSay('agent', true);
    });

    it('a role that was taken away is taken away', async () => {
      await dies((staff) => setRole(null, staff));
      await sweep();
      await assertBothSay(null, false);
    });

    it('it is made up for when it had just written what was no longer so', async () => {
      const stale = overtaken('setDisabled', () => setDisabled(false));
      const users = { ...deps.users, read: readOnce() };
      const killed = setUserDisabled({ ...deps, users, staff: stale }, callerOf(admin), { uid, disabled: true });
      await assert.rejects(killed, /killed/);
      assert.equal((await project.auth.getUser(uid)).disabled, true, 'this is about a late write');
      await sweep();
      await assertBothSay('agent', false);
    });

    it('the next call of its kind makes up for it too', async () => {
      await dies((staff) => setDisabled(true, staff));
      await setDisabled(true);
      await assertBothSay('agent', true);
    });

    it('the sweep leaves alone what was changed in Auth long after', async () => {
      await setDisabled(true);
      await project.auth.updateUser(uid, { disabled: false });
      await sweep(() => Date.now() + 6 * 60_000);
      assert.equal((await project.auth.getUser(uid)).disabled, false);
    });
  });

  /** The mirror as a call reads it that dies when it looks again. */
  function readOnce(): (uid: string) => ReturnType<SetUserRoleDeps['users']['read']> {
    let reads = 0;
    return (of) => {
      reads += 1;
      return reads === 1 ? deps.users.read(of) : Promise.reject(new Error('killed'));
    };
  }
});
