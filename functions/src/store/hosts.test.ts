import { accountSchema, type Account } from '@switchboard/contract/account';
import type { HostState } from '@switchboard/contract/lease';
import { newAccount } from '@switchboard/contract/new-account';
import { paths } from '@switchboard/contract/paths';
import { Timestamp, type DocumentReference, type Firestore } from 'firebase-admin/firestore';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { openProject, type EmulatedProject } from './emulated.ts';
import { forgetSilentHosts, readUnserved, showUnconnected } from './hosts.ts';

describe('an account whose host is dead', () => {
  let project: EmulatedProject;
  let db: Firestore;

  before(() => {
    project = openProject();
    ({ db } = project);
  });
  after(() => project.close());

  async function addHost(state: HostState, fencedForMs = 0): Promise<string> {
    const hostId = randomUUID();
    await beat(hostId, state, fencedForMs);
    return hostId;
  }

  async function beat(hostId: string, state: HostState, fencedForMs = 0): Promise<void> {
    const at = Timestamp.now();
    const host = { state, accounts: 1, capacity: 10, version: 'test', startedAt: at, heartbeatAt: at };
    await db.doc(paths.host(hostId)).set({ ...host, fencedForMs });
  }

  async function addAccount(fields: Partial<Account>): Promise<DocumentReference> {
    const ref = db.doc(paths.account(randomUUID()));
    const at = Timestamp.now();
    const account = newAccount({ name: 'Shop', phoneE164: '+40712345678', team: 'main', createdBy: 'test' });
    await ref.set({ ...account, ...fields, createdAt: at, updatedAt: at });
    return ref;
  }

  async function statusOf(ref: DocumentReference): Promise<readonly unknown[]> {
    const { status, statusReason } = accountSchema.parse((await ref.get()).data());
    return [status, statusReason];
  }

  it('does not pass for connected, whatever is wanted of it', async () => {
    const ownerHostId = await addHost('gone');
    const wanted = await addAccount({ status: 'connected', ownerHostId });
    const unwanted = await addAccount({ status: 'connected', desired: 'offline', ownerHostId });
    assert.equal(await showUnconnected(db, 0), 2);
    assert.deepEqual(await statusOf(wanted), ['reconnecting', null]);
    assert.deepEqual(await statusOf(unwanted), ['reconnecting', null]);
    assert.equal(await showUnconnected(db, 0), 0, 'written again each minute');
  });

  it('stays as it is while others may still take it, where it rests, and where its host lives', async () => {
    const [dead, living] = [await addHost('gone'), await addHost('running')];
    const resting = await addAccount({ status: 'logged_out', ownerHostId: dead });
    const served = await addAccount({ status: 'connected', ownerHostId: living });
    const left = await addAccount({ status: 'connected', ownerHostId: dead });
    assert.equal(await showUnconnected(db, 60_000), 0);
    assert.deepEqual(await statusOf(left), ['connected', null]);
    assert.equal(await showUnconnected(db, 0), 1);
    assert.deepEqual(await statusOf(resting), ['logged_out', null]);
    assert.deepEqual(await statusOf(served), ['connected', null]);
  });

  it('does not pass for connected either while its host beats on and cannot renew its leases in time', async () => {
    const [ownerHostId, other] = [await addHost('running', 2), await addHost('running', 1)];
    const account = await addAccount({ status: 'connected', ownerHostId });
    const shortly = await addAccount({ status: 'connected', ownerHostId: other });
    const unserved = await readUnserved(db, Date.now(), 1, [], assert.ifError);
    assert.deepEqual(
      unserved.filter(({ accountId }) => [account.id, shortly.id].includes(accountId)),
      [{ accountId: account.id, hostId: ownerHostId }],
    );
    assert.equal(await showUnconnected(db, 1), 1);
    assert.deepEqual(await statusOf(account), ['reconnecting', null]);
    assert.deepEqual(await statusOf(shortly), ['connected', null]);
    assert.equal(await forgetSilentHosts(db, 60_000), 0, 'a host that beats was removed');
    await beat(other, 'running');
    assert.equal(await showUnconnected(db, 0), 0, 'its leases are renewed in time again');
  });

  const isUnserved = async ({ id }: DocumentReference): Promise<boolean> =>
    (await readUnserved(db, Date.now(), 600_000, [], assert.ifError)).some(({ accountId }) => accountId === id);

  it('stays as it is when its host has just taken it again, though an old heartbeat says otherwise', async () => {
    const ownerHostId = await addHost('running', 3_600_000);
    const account = await addAccount({ status: 'connected', ownerHostId });
    const lease = db.doc(paths.lease(account.id));
    await lease.set({ hostId: ownerHostId, epoch: 2, updatedAt: Timestamp.now() });
    assert.ok(!(await isUnserved(account)));
    assert.equal(await showUnconnected(db, 600_000), 0);
    assert.deepEqual(await statusOf(account), ['connected', null]);
    // Anybody may write an account; that it was taken, its lease alone tells.
    await lease.delete();
    assert.equal(await showUnconnected(db, 600_000), 1);
    assert.ok(await isUnserved(account), 'that it is shown as reconnecting makes it look served');
    await beat(ownerHostId, 'running');
  });

  /** Something happens once host and account were read, before the host is looked at again. */
  function meanwhile(happens: () => Promise<unknown>): Firestore {
    return new Proxy(db, {
      get(target, name) {
        const real: unknown = Reflect.get(target, name, target);
        if (name !== 'doc') return typeof real === 'function' ? (real.bind(target) as unknown) : real;
        return (path: string) => ({
          get: async () => {
            await happens();
            return target.doc(path).get();
          },
        });
      },
    });
  }

  it('costs no read of the host for each: it is looked at once for many', async () => {
    const ownerHostId = await addHost('gone');
    await Promise.all(Array.from({ length: 30 }, () => addAccount({ status: 'connected', ownerHostId })));
    let looks = 0;
    const counting = meanwhile(() => Promise.resolve((looks += 1)));
    assert.equal(await showUnconnected(counting, 0), 30);
    assert.equal(looks, 2);
  });

  it('stays as it is when its host comes back meanwhile', async () => {
    const ownerHostId = await addHost('gone');
    const account = await addAccount({ status: 'connected', ownerHostId });
    assert.equal(
      await showUnconnected(
        meanwhile(() => beat(ownerHostId, 'running')),
        0,
      ),
      0,
    );
    assert.deepEqual(await statusOf(account), ['connected', null]);
  });

  it('stays as it is when another host takes it meanwhile', async () => {
    const ownerHostId = await addHost('gone');
    const account = await addAccount({ status: 'connected', ownerHostId });
    assert.equal(
      await showUnconnected(
        meanwhile(() => account.update({ ownerHostId: 'other' })),
        0,
      ),
      0,
    );
    assert.deepEqual(await statusOf(account), ['connected', null]);
  });
});
