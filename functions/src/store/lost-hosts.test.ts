import { hostSchema } from '@switchboard/contract/lease';
import { newAccount } from '@switchboard/contract/new-account';
import { paths } from '@switchboard/contract/paths';
import { Timestamp, type DocumentReference, type Firestore } from 'firebase-admin/firestore';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { openProject, type EmulatedProject } from './emulated.ts';
import { readUnserved, showUnconnected } from './hosts.ts';
import { isHostAlive } from './idle-hosts.ts';
import { findLostHosts, restoreHosts } from './lost-hosts.ts';

describe('a host that accounts name and that has no document', () => {
  let project: EmulatedProject;
  let db: Firestore;

  beforeEach(() => {
    project = openProject();
    ({ db } = project);
  });
  afterEach(() => project.close());

  async function addAccount(ownerHostId: string | null): Promise<DocumentReference> {
    const ref = db.doc(paths.account(randomUUID()));
    const at = Timestamp.fromMillis(0);
    const account = newAccount({ name: 'Shop', phoneE164: '+40712345678', team: 'main', createdBy: 'test' });
    await ref.set({ ...account, status: 'connected', ownerHostId, createdAt: at, updatedAt: at });
    return ref;
  }

  async function beat(hostId: string): Promise<void> {
    const now = Timestamp.now();
    const host = { state: 'running', accounts: 1, capacity: 10, version: 'test', startedAt: now, heartbeatAt: now };
    await db.doc(paths.host(hostId)).set(host);
  }

  it('is found among any others, once, and none of its accounts counts as served', async () => {
    await Promise.all(['a-host', 'the-host'].map(beat));
    const owners = [null, 'a-host', 'a-host', 'another', 'ghost', 'ghost', 'the-host', 'z'];
    const accounts = await Promise.all(owners.map(addAccount));
    assert.deepEqual(await findLostHosts(db), ['another', 'ghost', 'z']);
    const unserved = await readUnserved(db, Date.now(), 60_000, ['ghost'], assert.ifError);
    const named = unserved.filter(({ hostId }) => hostId === 'ghost').map(({ accountId }) => accountId);
    assert.deepEqual(named.sort(), [accounts[4]?.id, accounts[5]?.id].sort());
  });

  it('is not there when all is well', async () => {
    await beat('host');
    await addAccount('host');
    await addAccount(null);
    assert.deepEqual(await findLostHosts(db), []);
  });

  it('gets a document as of one that takes nothing, and is dead by it when its time to come back is over', async () => {
    await addAccount('ghost');
    const ghost = db.doc(paths.host('ghost'));
    assert.equal(await restoreHosts(db, await findLostHosts(db), 60_000), 1);
    const { state, fencedForMs } = hostSchema.parse((await ghost.get()).data());
    assert.deepEqual([state, fencedForMs > 60_000, isHostAlive(await ghost.get())], ['draining', true, true]);
    assert.deepEqual(await findLostHosts(db), []);
    // What was found before goes on: none of its accounts is told of twice, nor shown as unconnected before it could speak.
    assert.equal((await readUnserved(db, Date.now(), 60_000, ['ghost'], assert.ifError)).length, 1);
    assert.equal(await showUnconnected(db, 60_000, ['ghost']), 0);
    await ghost.delete();
    await restoreHosts(db, ['ghost'], 1);
    while (isHostAlive(await ghost.get())) assert.ok((await ghost.get()).exists);
  });

  it('keeps what it wrote itself meanwhile', async () => {
    await addAccount('back');
    const lost = await findLostHosts(db);
    await beat('back');
    assert.equal(await restoreHosts(db, lost, 60_000), 0);
    assert.equal((await db.doc(paths.host('back')).get()).get('state'), 'running');
  });
});
