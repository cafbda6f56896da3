import assert from 'node:assert/strict';
import { paths } from '@switchboard/contract/paths';
import { emulatedFirestore } from './emulator.ts';
import { claimVersionCheck, readVersions, writeGoodVersion, writeVersion } from './versions.ts';

const db = emulatedFirestore();

describe('the WhatsApp Web version all hosts share', () => {
  beforeEach(() => db.doc(paths.whatsappVersion).delete());
  after(() => db.doc(paths.whatsappVersion).delete());

  it('is none before one was learned, and none where the document holds something else', async () => {
    assert.deepEqual(await readVersions(db), { learned: null, good: null });
    await db.doc(paths.whatsappVersion).set({ version: 'new', goodVersion: [2] });
    assert.deepEqual(await readVersions(db), { learned: null, good: null });
  });

  it('is the last one that was learned', async () => {
    await writeVersion(db, [2, 3000, 1]);
    await writeVersion(db, [2, 3000, 2]);
    assert.deepEqual((await readVersions(db)).learned, [2, 3000, 2]);
  });

  it('is kept beside the last one a connection opened with', async () => {
    await writeGoodVersion(db, [2, 3000, 1]);
    await writeVersion(db, [2, 3000, 2]);
    assert.deepEqual(await readVersions(db), { learned: [2, 3000, 2], good: [2, 3000, 1] });
  });

  it('is asked for by one host at a time, and not again too soon', async () => {
    const claims = await Promise.all([1, 2, 3].map(() => claimVersionCheck(db, 3_600_000)));
    assert.equal(claims.filter(Boolean).length, 1);
    assert.equal(await claimVersionCheck(db, 3_600_000), false);
    assert.equal(await claimVersionCheck(db, 0), true);
  });

  it('keeps its last good value while somebody asks', async () => {
    await writeVersion(db, [2, 3000, 7]);
    await claimVersionCheck(db, 0);
    assert.deepEqual((await readVersions(db)).learned, [2, 3000, 7]);
  });
});
