import { accountSchema } from '@switchboard/contract/account';
import { errorOf } from '@switchboard/contract/failure';
import { DEFAULT_LIMITS } from '@switchboard/contract/limits';
import { COLLECTIONS, paths } from '@switchboard/contract/paths';
import { Timestamp } from 'firebase-admin/firestore';
import assert from 'node:assert/strict';
import { changeSettings } from '../store/account-settings.ts';
import { EmulatedOutbox } from '../store/emulated-outbox.ts';
import { releaseHold, setAccountLimits, type SettingsDeps } from './account-settings.ts';
import { assertRefused, callerOf } from './refused.ts';

describe('how an account may send', () => {
  let emulated: EmulatedOutbox;
  let deps: SettingsDeps;
  let manager: string;

  before(async () => {
    emulated = new EmulatedOutbox();
    manager = await emulated.project.addUser('manager');
    const { project, staff, deps: router } = emulated;
    deps = { staff, log: router.log, change: (accountId, work) => changeSettings(project.db, accountId, work) };
  });
  after(() => emulated.project.close());

  async function auditOf(accountId: string): Promise<string[]> {
    const { docs } = await emulated.project.db
      .collection(COLLECTIONS.auditLog)
      .where('accountId', '==', accountId)
      .get();
    return docs.map((audit) => String(audit.get('action')));
  }

  it('is changed field by field', async () => {
    const accountId = await emulated.addAccount();
    const quietHours = { from: '21:00', to: '08:00', timeZone: 'Europe/Bucharest' };
    await setAccountLimits(deps, callerOf(manager), { accountId, limits: { perMinute: 5 } });
    const { limits } = await setAccountLimits(deps, callerOf(manager), { accountId, limits: { quietHours } });
    assert.deepEqual(limits, { ...DEFAULT_LIMITS, perMinute: 5, quietHours });
    assert.deepEqual(accountSchema.parse(await emulated.read(paths.account(accountId))).limits, limits);
    assert.deepEqual(await auditOf(accountId), ['account.limits', 'account.limits']);
  });

  it('ends a hold by hand', async () => {
    const hold = { error: errorOf('new_chats_restricted'), since: Timestamp.now(), until: null };
    const accountId = await emulated.addAccount({ hold });
    assert.deepEqual(await releaseHold(deps, callerOf(manager), { accountId }), { accountId, wasHeld: true });
    assert.deepEqual(await releaseHold(deps, callerOf(manager), { accountId }), { accountId, wasHeld: false });
    assert.equal((await emulated.read(paths.account(accountId)))['hold'], null);
    assert.deepEqual(await auditOf(accountId), ['account.release_hold']);
  });

  it('is refused with the field that is wrong', async () => {
    const accountId = await emulated.addAccount();
    const caller = callerOf(manager);
    const agent = callerOf(await emulated.project.addUser('agent'));
    const set = (limits: unknown) => setAccountLimits(deps, caller, { accountId, limits });
    await assertRefused(set({ perMinute: -1 }), 'invalid_request', 'limits.perMinute');
    await assertRefused(
      set({ quietHours: { from: '25:00', to: '08:00', timeZone: 'UTC' } }),
      'invalid_request',
      'limits.quietHours.from',
    );
    await assertRefused(set({ speed: 1 }), 'invalid_request', 'limits.speed');
    await assertRefused(setAccountLimits(deps, agent, { accountId, limits: {} }), 'permission_denied', null);
    await assertRefused(releaseHold(deps, agent, { accountId }), 'permission_denied', null);
    await assertRefused(releaseHold(deps, null, { accountId }), 'unauthenticated', null);
    await assertRefused(releaseHold(deps, caller, { accountId: 'a/b' }), 'unknown_account', 'accountId');
    const others = await emulated.addAccount({ team: 'sales' });
    await assertRefused(releaseHold(deps, caller, { accountId: others }), 'permission_denied', 'accountId');
  });
});
