import assert from 'node:assert/strict';
import { newAccount } from '@switchboard/contract/new-account';
import { paths } from '@switchboard/contract/paths';
import { FieldValue } from 'firebase-admin/firestore';
import pino from 'pino';
import { systemClock } from '../clock.ts';
import { emulatedFirestore, freshId } from '../store/emulator.ts';
import { AccountWatch } from './account-watch.ts';

describe('the watch over free accounts', () => {
  const db = emulatedFirestore();
  const watch = new AccountWatch({
    db,
    hostId: freshId('host'),
    clock: systemClock,
    logger: pino({ level: 'silent' }),
    onFree: () => undefined,
    onOwned: () => undefined,
    onDisowned: () => undefined,
    onOwnedAgain: () => undefined,
  });

  async function newStoredAccount(ownerHostId: string | null): Promise<string> {
    const accountId = freshId('account');
    const account = newAccount({ name: 'Shop', phoneE164: '+40712345678', team: 'main', createdBy: 'u', ownerHostId });
    const at = FieldValue.serverTimestamp();
    await db.doc(paths.account(accountId)).set({ ...account, createdAt: at, updatedAt: at });
    return accountId;
  }

  it('finds what its listener has not told of, and nothing that somebody runs', async () => {
    const [free, taken] = [await newStoredAccount(null), await newStoredAccount('another')];
    await watch.compare();
    assert.deepEqual([watch.free().has(free), watch.free().has(taken)], [true, false]);
  });

  it('knows no more of an account that turned out to be another’s', async () => {
    const accountId = await newStoredAccount(null);
    await watch.compare();
    watch.forget(accountId);
    assert.ok(!watch.free().has(accountId));
  });

  it('does not learn anew from an old answer what has turned out meanwhile to be another’s', async () => {
    const accountId = await newStoredAccount(null);
    const compared = watch.compare();
    watch.forget(accountId);
    await compared;
    assert.ok(!watch.free().has(accountId));
  });

  it('does not either when another comparison has begun since', async () => {
    const accountId = await newStoredAccount(null);
    const compared = [watch.compare(), watch.compare()];
    watch.forget(accountId);
    await Promise.all(compared);
    assert.ok(!watch.free().has(accountId));
  });
});
