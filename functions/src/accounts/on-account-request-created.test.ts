import { accountSchema } from '@switchboard/contract/account';
import { errorSchema, type FailureCode } from '@switchboard/contract/failure';
import { accountIdOf } from '@switchboard/contract/ids';
import { paths } from '@switchboard/contract/paths';
import { FieldValue, Timestamp } from 'firebase-admin/firestore';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createAccountRequestStore } from '../store/account-requests.ts';
import { createStaffDirectory } from '../store/staff.ts';
import { delivered, openProject, recordingLog, type EmulatedProject } from '../store/emulated.ts';
import { onAccountRequestCreated, type AccountRequestDeps } from './on-account-request-created.ts';

describe('routing an account request', () => {
  let project: EmulatedProject;
  let deps: AccountRequestDeps;
  let admin: string;
  let manager: string;
  let phones = 40_713_000_000;

  before(async () => {
    project = openProject();
    admin = await project.addUser('admin', []);
    manager = await project.addUser('manager', ['sales']);
    deps = {
      requests: createAccountRequestStore(project.db),
      staff: createStaffDirectory(project.auth, Date.now),
      environment: 'demo',
      defaultCountry: null,
      log: recordingLog(),
    };
  });
  after(() => project.close());

  function newPhone(): string {
    phones += 1;
    return `+${String(phones)}`;
  }

  async function queue(fields: Record<string, unknown>, requestId: string = randomUUID()): Promise<string> {
    await project.db
      .doc(paths.accountRequest(requestId))
      .set({ status: 'queued', createdBy: admin, createdAt: Timestamp.now(), ...fields });
    return requestId;
  }

  async function read(path: string): Promise<Record<string, unknown>> {
    const data = (await project.db.doc(path).get()).data();
    assert.ok(data, `${path} should exist`);
    return data;
  }

  async function ask(fields: Record<string, unknown>, requestId?: string): Promise<Record<string, unknown>> {
    const id = await queue(fields, requestId);
    await onAccountRequestCreated(deps, id);
    return read(paths.accountRequest(id));
  }

  async function addAccount(fields: Record<string, unknown> = {}): Promise<{ phone: string; accountId: string }> {
    const phone = newPhone();
    const request = await ask({ type: 'add', name: 'Shop', phone });
    const accountId = String(request['accountId']);
    await project.db.doc(paths.account(accountId)).update({ pendingRequest: null, status: 'connected', ...fields });
    return { phone, accountId };
  }

  it('creates the account of a new phone, waiting for a host', async () => {
    const phone = newPhone();
    const spaced = `${phone.slice(0, 3)} ${phone.slice(3)}`;
    const request = await ask({ type: 'add', name: ' Shop ', phone: spaced }, 'first-add');
    const accountId = accountIdOf('demo', phone);
    assert.deepEqual({ status: request['status'], accountId: request['accountId'] }, { status: 'routed', accountId });
    const account = accountSchema.parse(await read(paths.account(accountId)));
    assert.equal(account.name, 'Shop');
    assert.equal(account.phoneE164, phone);
    assert.equal(account.team, 'main');
    assert.equal(account.status, 'connecting');
    assert.equal(account.desired, 'online');
    assert.equal(account.linkMethod, 'qr');
    assert.equal(account.createdBy, admin);
    assert.deepEqual(account.pendingRequest, { id: 'first-add', type: 'add' });
  });

  it('never makes a second account of one phone: the known one is linked again', async () => {
    const { phone, accountId } = await addAccount({ status: 'logged_out' });
    const request = await ask({ type: 'add', name: 'Other name', phone }, 'second-add');
    assert.equal(request['accountId'], accountId);
    const account = accountSchema.parse(await read(paths.account(accountId)));
    assert.equal(account.name, 'Shop');
    assert.equal(account.status, 'connecting');
    assert.deepEqual(account.pendingRequest, { id: 'second-add', type: 'relink' });
    const accounts = await project.db.collection('accounts').where('phoneE164', '==', phone).get();
    assert.equal(accounts.size, 1);
  });

  it('makes one account of a phone that two people add at the same time', async () => {
    const phone = newPhone();
    const ids = await Promise.all([1, 2].map(() => queue({ type: 'add', name: 'Shop', phone })));
    await Promise.all(ids.map((id) => delivered(() => onAccountRequestCreated(deps, id))));
    const requests = await Promise.all(ids.map((id) => read(paths.accountRequest(id))));
    const statuses = requests.map((request) => request['status']).sort();
    assert.deepEqual(statuses, ['rejected', 'routed'], 'the later one took the place of the earlier');
    assert.equal((await project.db.collection('accounts').where('phoneE164', '==', phone).get()).size, 1);
  });

  it('brings a deleted account back under its old id and a new name', async () => {
    const { phone, accountId } = await addAccount({ status: 'deleted', desired: 'deleted' });
    const request = await ask({ type: 'add', name: 'Shop, again', phone });
    assert.equal(request['accountId'], accountId);
    const account = accountSchema.parse(await read(paths.account(accountId)));
    assert.equal(account.name, 'Shop, again');
    assert.equal(account.status, 'connecting');
    assert.equal(account.desired, 'online');
  });

  it("puts a manager's new account into their own team, or the one of theirs they name", async () => {
    const first = await ask({ type: 'add', name: 'Shop', phone: newPhone(), createdBy: manager });
    assert.equal((await read(paths.account(String(first['accountId']))))['team'], 'sales');
    const createdBy = await project.addUser('manager', ['sales', 'support']);
    const second = await ask({ type: 'add', name: 'Shop', phone: newPhone(), team: 'support', createdBy });
    assert.equal((await read(paths.account(String(second['accountId']))))['team'], 'support');
  });

  it('writes what is wanted of an account for its host to do', async () => {
    const { accountId } = await addAccount();
    for (const [type, desired] of [
      ['disconnect', 'offline'],
      ['connect', 'online'],
      ['pairing_code', 'online'],
      ['delete', 'deleted'],
    ] as const) {
      const id = randomUUID();
      assert.equal((await ask({ type, accountId }, id))['status'], 'routed');
      const account = accountSchema.parse(await read(paths.account(accountId)));
      assert.equal(account.desired, desired);
      assert.deepEqual(account.pendingRequest, { id, type });
    }
  });

  it('tells an older request that waits that a newer one took its place', async () => {
    const { accountId } = await addAccount();
    const older = randomUUID();
    await ask({ type: 'relink', accountId }, older);
    assert.equal((await ask({ type: 'disconnect', accountId }))['status'], 'routed');
    const replaced = await read(paths.accountRequest(older));
    assert.equal(replaced['status'], 'rejected');
    assert.deepEqual(replaced['error'], {
      code: 'superseded',
      message: 'A newer request for this account took its place.',
      field: null,
    });
  });

  describe('that comes after a newer one', () => {
    async function askInTurn(older: Record<string, unknown>, newer: Record<string, unknown>) {
      const ids = [await queue(older), await queue(newer)] as const;
      return { older: ids[0], newer: ids[1], route: (id: string) => onAccountRequestCreated(deps, id) };
    }
    async function assertSuperseded(requestId: string, accountId: string) {
      const request = await read(paths.accountRequest(requestId));
      const { code } = errorSchema.parse(request['error']);
      assert.deepEqual([request['status'], code, request['accountId']], ['rejected', 'superseded', accountId]);
    }

    it('lets what was asked last stand', async () => {
      const { accountId } = await addAccount();
      const { older, newer, route } = await askInTurn(
        { type: 'disconnect', accountId },
        { type: 'connect', accountId },
      );
      await route(newer);
      await route(older);
      await assertSuperseded(older, accountId);
      const account = accountSchema.parse(await read(paths.account(accountId)));
      assert.deepEqual([account.desired, account.pendingRequest], ['online', { id: newer, type: 'connect' }]);
    });

    it('throws no link away that was made since', async () => {
      const { accountId } = await addAccount();
      const { older, newer, route } = await askInTurn({ type: 'reset', accountId }, { type: 'reset', accountId });
      await route(newer);
      await project.db.doc(paths.account(accountId)).update({ pendingRequest: null, status: 'connected' });
      await project.db.doc(paths.accountRequest(newer)).update({ status: 'done' });
      await route(older);
      await assertSuperseded(older, accountId);
      assert.equal((await read(paths.account(accountId)))['pendingRequest'], null);
      assert.equal((await read(paths.accountRequest(newer)))['status'], 'done');
    });

    it('names the account also to who added its phone', async () => {
      const phone = newPhone();
      const add = { type: 'add', name: 'Shop', phone };
      const { older, newer, route } = await askInTurn(add, add);
      await route(newer);
      await route(older);
      await assertSuperseded(older, accountIdOf('demo', phone));
    });

    it('is routed on an account from before anybody kept when it was asked', async () => {
      const { accountId } = await addAccount({ lastRequestAt: FieldValue.delete() });
      assert.equal((await ask({ type: 'disconnect', accountId }))['status'], 'routed');
      assert.ok(accountSchema.parse(await read(paths.account(accountId))).lastRequestAt);
    });
  });

  it('leaves alone an older request that is done or gone', async () => {
    const { accountId } = await addAccount();
    await ask({ type: 'relink', accountId }, 'done-request');
    await project.db.doc(paths.accountRequest('done-request')).update({ status: 'done' });
    assert.equal((await ask({ type: 'connect', accountId }, 'gone-request'))['status'], 'routed');
    assert.equal((await read(paths.accountRequest('done-request')))['status'], 'done');
    await project.db.doc(paths.accountRequest('gone-request')).delete();
    assert.equal((await ask({ type: 'disconnect', accountId }))['status'], 'routed');
  });

  it('does nothing when the same event comes again, or while its twin runs', async () => {
    const phone = newPhone();
    const id = await queue({ type: 'add', name: 'Shop', phone });
    await Promise.all([1, 2, 3].map(() => delivered(() => onAccountRequestCreated(deps, id))));
    const accountRef = project.db.doc(paths.account(accountIdOf('demo', phone)));
    const first = await accountRef.get();
    await onAccountRequestCreated(deps, id);
    assert.deepEqual((await accountRef.get()).updateTime, first.updateTime);
    assert.equal((await read(paths.accountRequest(id)))['status'], 'routed');
  });

  describe('is refused, with a code and the field that is wrong,', () => {
    async function assertRefused(fields: Record<string, unknown>, code: FailureCode, field: string, id?: string) {
      const request = await ask(fields, id);
      assert.equal(request['status'], 'rejected');
      const error = request['error'];
      assert.ok(
        typeof error === 'object' && error !== null && 'code' in error && 'field' in error && 'message' in error,
      );
      assert.deepEqual({ code: error.code, field: error.field }, { code, field });
      assert.ok(String(error.message).length > 10);
    }

    const add = { type: 'add', name: 'Shop', phone: '+40712345678' };
    const unknown = accountIdOf('demo', '+40799999999');
    const cases: readonly [string, Record<string, unknown>, FailureCode, string][] = [
      ['an unknown type', { ...add, type: 'explode' }, 'invalid_request', 'type'],
      ['no phone', { type: 'add', name: 'Shop' }, 'invalid_request', 'phone'],
      ['no name', { type: 'add', phone: '+40712345678' }, 'invalid_request', 'name'],
      ['a bad phone', { ...add, phone: '12' }, 'invalid_phone', 'phone'],
      ['a local phone where no country is set', { ...add, phone: '0712345678' }, 'invalid_phone', 'phone'],
      ['a team that cannot be', { ...add, team: 'Our Team' }, 'invalid_request', 'team'],
      ['an extra field', { ...add, desired: 'online' }, 'invalid_request', 'desired'],
      ['an author nobody knows', { ...add, createdBy: 'nobody' }, 'unknown_user', 'createdBy'],
      ['no account', { type: 'connect' }, 'invalid_request', 'accountId'],
      ['an account nobody knows', { type: 'connect', accountId: unknown }, 'unknown_account', 'accountId'],
      ['an account id that is a path', { type: 'connect', accountId: 'a/b' }, 'unknown_account', 'accountId'],
    ];
    for (const [what, fields, code, field] of cases) {
      it(`when it has ${what}`, () => assertRefused(fields, code, field));
    }

    it('when its id has characters an id may not have', () =>
      assertRefused(add, 'invalid_request', 'requestId', 'not an id'));

    it('when an agent asks', async () => {
      const createdBy = await project.addUser('agent');
      await assertRefused({ ...add, createdBy }, 'permission_denied', 'createdBy');
    });

    it("when a manager asks for another team's account, new or known", async () => {
      const { phone, accountId } = await addAccount();
      const createdBy = manager;
      await assertRefused({ type: 'delete', accountId, createdBy }, 'permission_denied', 'accountId');
      await assertRefused({ ...add, phone, createdBy }, 'permission_denied', 'team');
      await assertRefused({ ...add, phone: newPhone(), team: 'main', createdBy }, 'permission_denied', 'team');
    });

    it('when the account was deleted', async () => {
      const { accountId } = await addAccount({ status: 'deleted', desired: 'deleted' });
      await assertRefused({ type: 'connect', accountId }, 'account_deleted', 'accountId');
    });
  });
});
