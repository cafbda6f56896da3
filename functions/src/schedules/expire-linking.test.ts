import { paths } from '@switchboard/contract/paths';
import { Timestamp } from 'firebase-admin/firestore';
import assert from 'node:assert/strict';
import { recordingLog } from '../store/emulated.ts';
import { EmulatedOutbox } from '../store/emulated-outbox.ts';
import { accountsWithDoubtfulCode, takeBackCode } from '../store/linking.ts';
import { expireLinking } from './expire-linking.ts';

describe('codes for linking that outlived their host', () => {
  let emulated: EmulatedOutbox;

  before(() => {
    emulated = new EmulatedOutbox();
  });
  after(() => emulated.project.close());

  async function addAccountWithCode(expiresAtMs: number, fields: Record<string, unknown> = {}): Promise<string> {
    const accountId = await emulated.addAccount({ status: 'qr_ready', ownerHostId: 'dead', ...fields });
    const expiresAt = Timestamp.fromMillis(expiresAtMs);
    const code = { qr: 'x', qrDataUrl: null, pairingCode: null, expiresAt, attempt: 1 };
    await emulated.project.db.doc(paths.linking(accountId)).set(code);
    return accountId;
  }

  it('are taken back behind one whose account cannot be read, which is told of', async () => {
    const { db } = emulated.project;
    const broken = await addAccountWithCode(1_000, { status: 'nonsense' });
    const fine = await addAccountWithCode(2_000);
    const log = recordingLog();
    await expireLinking({
      accountsWithDoubtfulCode: (expiredBeforeMs, idleForMs) =>
        accountsWithDoubtfulCode(db, expiredBeforeMs, idleForMs),
      takeBackCode: (accountId, idleForMs) => takeBackCode(db, accountId, idleForMs),
      nowMs: Date.now,
      log,
    });
    assert.equal((await db.doc(paths.linking(fine)).get()).exists, false);
    assert.equal((await emulated.read(paths.account(fine)))['status'], 'needs_qr');
    assert.ok(log.lines.some((line) => line.startsWith('sweep could not') && line.includes(broken)));
  });
});
