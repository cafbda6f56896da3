import { auditEntrySchema } from '@switchboard/contract/audit';
import { accountSchema } from '@switchboard/contract/account';
import { errorSchema } from '@switchboard/contract/failure';
import { accountIdOf } from '@switchboard/contract/ids';
import { paths } from '@switchboard/contract/paths';
import { Timestamp } from 'firebase-admin/firestore';
import assert from 'node:assert/strict';
import { onAccountRequestCreated, type AccountRequestDeps } from '../accounts/on-account-request-created.ts';
import { createAccountRequestStore } from '../store/account-requests.ts';
import { delivered, recordingLog } from '../store/emulated.ts';
import { EmulatedOutbox } from '../store/emulated-outbox.ts';
import { addAccount, changeAccount } from './ask-account.ts';
import { assertRefused, callerOf } from './refused.ts';

describe('asking something of an account by a call', () => {
  let emulated: EmulatedOutbox;
  let deps: AccountRequestDeps;
  let manager: string;

  before(async () => {
    emulated = new EmulatedOutbox();
    manager = await emulated.project.addUser('manager');
    deps = {
      requests: createAccountRequestStore(emulated.project.db),
      staff: emulated.staff,
      environment: 'demo',
      defaultCountry: null,
      log: recordingLog(),
    };
  });
  after(() => emulated.project.close());

  it('adds an account, once, however often the same call comes', async () => {
    const call = { requestId: 'call-1', phone: '+40714000001', name: 'Shop' };
    const answers = await Promise.all([1, 2, 3].map(() => delivered(() => addAccount(deps, callerOf(manager), call))));
    const accountId = accountIdOf('demo', call.phone);
    assert.deepEqual(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
    assert.deepEqual(answers[0], { requestId: 'call-1', accountId });
    const account = accountSchema.parse(await emulated.read(paths.account(accountId)));
    assert.deepEqual(account.pendingRequest, { id: 'call-1', type: 'add' });
    assert.equal((await emulated.read(paths.accountRequest('call-1')))['status'], 'routed');
    const audit = auditEntrySchema.parse(await emulated.read(paths.audit('request_call-1')));
    assert.deepEqual([audit.action, audit.by, audit.accountId], ['account.add', manager, accountId]);
  });

  it('writes each wish on the account and tells it in the audit log', async () => {
    const accountId = await emulated.addAccount();
    for (const [type, desired] of [
      ['relink', 'online'],
      ['pairing_code', 'online'],
      ['connect', 'online'],
      ['disconnect', 'offline'],
      ['reset', 'online'],
      ['delete', 'deleted'],
    ] as const) {
      const { requestId } = await changeAccount(deps, type, callerOf(manager), { accountId });
      assert.equal((await emulated.read(paths.account(accountId)))['desired'], desired);
      assert.equal((await emulated.read(paths.audit(`request_${requestId}`)))['action'], `account.${type}`);
    }
  });

  it('takes the place of what was asked by a document before, though that is routed later', async () => {
    const accountId = await emulated.addAccount();
    const written = emulated.project.db.doc(paths.accountRequest('written'));
    const fields = { status: 'queued', createdBy: manager, createdAt: Timestamp.now() };
    await written.set({ type: 'disconnect', accountId, ...fields });
    await changeAccount(deps, 'connect', callerOf(manager), { requestId: 'called', accountId });
    await onAccountRequestCreated(deps, 'written');
    assert.equal(errorSchema.parse((await written.get()).get('error')).code, 'superseded');
    const account = accountSchema.parse(await emulated.read(paths.account(accountId)));
    assert.deepEqual([account.desired, account.pendingRequest?.id], ['online', 'called']);
  });

  it('is refused, with a code and the field that is wrong, and leaves nothing', async () => {
    const caller = callerOf(manager);
    const accountId = await emulated.addAccount({ team: 'sales' });
    await assertRefused(addAccount(deps, null, {}), 'unauthenticated', null);
    const agent = callerOf(await emulated.project.addUser('agent'));
    await assertRefused(addAccount(deps, agent, {}), 'permission_denied', null);
    await assertRefused(addAccount(deps, caller, { phone: '+40714000002' }), 'invalid_request', 'name');
    await assertRefused(addAccount(deps, caller, { phone: '12', name: 'Shop' }), 'invalid_phone', 'phone');
    await assertRefused(
      changeAccount(deps, 'connect', caller, { accountId: 'nonsense' }),
      'unknown_account',
      'accountId',
    );
    const call = { requestId: 'refused-1', accountId };
    await assertRefused(changeAccount(deps, 'delete', caller, call), 'permission_denied', 'accountId');
    assert.equal((await emulated.project.db.doc(paths.accountRequest('refused-1')).get()).exists, false);
    const deleted = await emulated.addAccount({ desired: 'deleted' });
    const asked = changeAccount(deps, 'connect', caller, { accountId: deleted });
    await assertRefused(asked, 'account_deleted', 'accountId');
  });

  it('is refused under an id that was used for something else', async () => {
    const accountId = await emulated.addAccount();
    await changeAccount(deps, 'relink', callerOf(manager), { requestId: 'used', accountId });
    const again = changeAccount(deps, 'delete', callerOf(manager), { requestId: 'used', accountId });
    await assertRefused(again, 'invalid_request', 'requestId');
  });
});
