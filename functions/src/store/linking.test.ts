import { accountSchema, type Account } from '@switchboard/contract/account';
import { LEASE_TTL_MS } from '@switchboard/contract/lease';
import { paths } from '@switchboard/contract/paths';
import { Timestamp, type Firestore, type WriteBatch } from 'firebase-admin/firestore';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { EmulatedOutbox } from './emulated-outbox.ts';
import { accountsWithDoubtfulCode, takeBackCode } from './linking.ts';

const HOUR_MS = 3_600_000;

describe('a code for linking whose host does not run its account', () => {
  let emulated: EmulatedOutbox;
  let db: Firestore;

  before(() => {
    emulated = new EmulatedOutbox();
    ({ db } = emulated.project);
  });
  after(() => emulated.project.close());

  async function addHost(fields: Record<string, unknown> = {}): Promise<string> {
    const hostId = randomUUID();
    const at = Timestamp.now();
    const host = { state: 'running', accounts: 1, capacity: 10, version: 'test', startedAt: at, heartbeatAt: at };
    await db.doc(paths.host(hostId)).set({ ...host, leaseTtlMs: HOUR_MS, ...fields });
    return hostId;
  }

  /** Shown for an hour yet. */
  async function addCode(ownerHostId: string | null, fields: Partial<Account> = {}): Promise<string> {
    const accountId = await emulated.addAccount({ status: 'qr_ready', ownerHostId, ...fields });
    await showCode(accountId);
    return accountId;
  }

  async function showCode(accountId: string): Promise<void> {
    const expiresAt = Timestamp.fromMillis(Date.now() + HOUR_MS);
    const code = { qr: randomUUID(), qrDataUrl: null, pairingCode: null, expiresAt, attempt: 1 };
    await db.doc(paths.linking(accountId)).set(code);
  }

  async function shown(accountId: string): Promise<readonly unknown[]> {
    const account = accountSchema.parse(await emulated.read(paths.account(accountId)));
    const { exists } = await db.doc(paths.linking(accountId)).get();
    return [account.status, account.statusReason?.code ?? null, exists ? 'code' : 'no code'];
  }
  const AS_IT_WAS = ['qr_ready', null, 'code'];
  const TAKEN_BACK = ['needs_qr', 'host_silent', 'no code'];

  async function doubtful(idleForMs: number): Promise<string[]> {
    const accountIds: string[] = [];
    for await (const accountId of accountsWithDoubtfulCode(db, 0, idleForMs)) accountIds.push(accountId);
    return accountIds;
  }

  it('is found and taken back though it has not run out, and the account says why', async () => {
    const accountId = await addCode(await addHost({ state: 'gone' }));
    assert.ok((await doubtful(0)).includes(accountId));
    assert.ok(await takeBackCode(db, accountId, 0));
    assert.deepEqual(await shown(accountId), TAKEN_BACK);
    assert.equal(await takeBackCode(db, accountId, 0), false, 'nothing is left to take back');
  });

  it('is taken back too from a host that beats and cannot hold its leases', async () => {
    const accountId = await addCode(await addHost({ fencedForMs: LEASE_TTL_MS }));
    assert.ok((await doubtful(1)).includes(accountId));
    // Not before it is older than that: else it may have been shown since.
    while (!(await takeBackCode(db, accountId, 1)));
    assert.deepEqual(await shown(accountId), TAKEN_BACK);
  });

  it('stays while its host runs, and while another may still take the account', async () => {
    const [running, shortly] = [await addHost(), await addHost({ fencedForMs: LEASE_TTL_MS })];
    for (const accountId of [await addCode(running), await addCode(shortly)]) {
      assert.ok(!(await doubtful(60_000)).includes(accountId));
      assert.equal(await takeBackCode(db, accountId, 60_000), false);
      assert.deepEqual(await shown(accountId), AS_IT_WAS);
    }
  });

  it('stays where it was shown since, though an old heartbeat says that its host runs nothing', async () => {
    const accountId = await addCode(await addHost({ fencedForMs: HOUR_MS }));
    assert.ok((await doubtful(600_000)).includes(accountId));
    assert.equal(await takeBackCode(db, accountId, 600_000), false);
    assert.deepEqual(await shown(accountId), AS_IT_WAS);
  });

  it('leaves an account that is waiting for another code, which was asked for meanwhile', async () => {
    const hostId = await addHost({ state: 'gone' });
    const accountId = await addCode(hostId, { pendingRequest: { id: 'asked', type: 'pairing_code' } });
    assert.ok(await takeBackCode(db, accountId, 0));
    assert.deepEqual(await shown(accountId), ['connecting', null, 'no code']);
  });

  /** Something happens once all was read, before the code is taken back. */
  function meanwhile(happens: () => Promise<unknown>): Firestore {
    return new Proxy(db, {
      get(target, name) {
        const real: unknown = Reflect.get(target, name, target);
        if (name !== 'batch') return typeof real === 'function' ? (real.bind(target) as unknown) : real;
        return (): WriteBatch => {
          const batch = target.batch();
          const commit = batch.commit.bind(batch);
          return Object.assign(batch, {
            commit: async () => {
              await happens();
              return commit();
            },
          });
        };
      },
    });
  }

  it('of the next owner stays, whenever that takes the account', async () => {
    const accountId = await addCode(await addHost({ state: 'gone' }));
    const next = await addHost();
    const taking = meanwhile(async () => {
      await db.doc(paths.linking(accountId)).delete();
      await db.doc(paths.account(accountId)).update({ ownerHostId: next });
      await showCode(accountId);
    });
    assert.equal(await takeBackCode(taking, accountId, 0), false);
    assert.deepEqual(await shown(accountId), AS_IT_WAS);
    assert.equal(await takeBackCode(db, accountId, 0), false);
  });

  it('of a host that comes back stays, before it shows a new one as after', async () => {
    const hostId = await addHost({ state: 'gone' });
    for (const isShown of [false, true]) {
      const accountId = await addCode(hostId);
      const back = meanwhile(async () => {
        await db.doc(paths.account(accountId)).update({ updatedAt: Timestamp.now() });
        if (isShown) await showCode(accountId);
      });
      assert.equal(await takeBackCode(back, accountId, 0), false);
      assert.deepEqual(await shown(accountId), AS_IT_WAS);
    }
  });

  it('stays where nothing but the code is new', async () => {
    const accountId = await addCode(await addHost({ state: 'gone' }));
    assert.equal(
      await takeBackCode(
        meanwhile(() => showCode(accountId)),
        accountId,
        0,
      ),
      false,
    );
    assert.deepEqual(await shown(accountId), AS_IT_WAS);
  });
});
