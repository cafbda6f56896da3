import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { paths } from '@switchboard/contract/paths';
import { Timestamp } from 'firebase-admin/firestore';
import { openIncident } from '../store/incidents.ts';
import { releaseLease } from '../store/leases.ts';
import { JOURNAL_TYPE } from '../whatsapp/journal-rows.ts';
import type { WireMessage } from '../whatsapp/types.ts';
import { db, SupervisorScene, until } from './supervisor-scene.ts';

const stored = (): undefined => undefined;
const OWN_JID = '40712345678:1@s.whatsapp.net';
const CREDS = JSON.stringify({ me: { id: OWN_JID, lid: '1:1@lid' } });

function messageOf(waMessageId: string): WireMessage {
  const chat = { chatJid: '123@lid', chatAltJid: null, isGroup: false, fromMe: false };
  const sender = { senderJid: '123@lid', senderName: null, sentAt: null };
  return { waMessageId, source: 'live', ...chat, ...sender, content: { kind: 'text', text: 'hello' } };
}

/** A text in the journal: the first field of the message, and one byte of padding. */
function journalled(id: string): string {
  const plain = Buffer.from('\n\u0005hello\u0001').toString('base64');
  const stanza = { id, from: '123@lid', t: '1700000000' };
  return JSON.stringify({ order: 0, stanza, enc: { type: 'msg', v: '2' }, plain });
}

describe('an account as its host runs it', () => {
  let scene: SupervisorScene;

  beforeEach(() => {
    scene = new SupervisorScene();
  });
  afterEach(() => scene.stop());

  it('whose connection cannot even be begun tries again, and shows it', async () => {
    scene.socketFailures = 2;
    await scene.make({ status: 'connected' });
    await scene.start();
    const { lastDisconnect } = await until(
      () => scene.account(),
      ({ reconnectAttempts }) => reconnectAttempts === 2,
      'the second failure to show',
    );
    assert.match(lastDisconnect?.reason ?? '', /could not be begun/);
    await scene.whenConnecting();
  });

  it('is not left as connected by a step that was under way when it was given back', async () => {
    const lease = { hostId: 'host', epoch: 1, updatedAt: Timestamp.now() };
    await db.doc(paths.lease(scene.accountId)).set(lease);
    await scene.make({ status: 'connected', ownerHostId: lease.hostId });
    await scene.start();
    await scene.whenConnecting();
    await scene.whenStatus('connecting');
    const { asked, letCome } = scene.holdAnswer();
    scene.emits[0]?.({ type: 'open', waJid: '40712345678:1@s.whatsapp.net', waLid: null, pushName: null });
    await asked;
    await scene.stop();
    await releaseLease(db, scene.accountId, lease.hostId, lease.epoch);
    letCome();
    // Long enough for whoever would write it all the same.
    for (let turn = 0; turn < 20; turn += 1) assert.equal((await scene.account()).status, 'connecting');
  });

  it('does what was asked last, and not what was asked before that, when it was busy meanwhile', async () => {
    const session = await scene.load();
    await session.saveCreds(CREDS);
    await scene.make({ status: 'connected' });
    await scene.start();
    await scene.whenConnecting();
    const { asked, letCome } = scene.holdAnswer();
    scene.emits[0]?.({ type: 'open', waJid: OWN_JID, waLid: null, pushName: null });
    await asked;
    await scene.askAndTell('reset');
    const last = await scene.askAndTell('connect');
    letCome();
    await scene.whenDone(last);
    assert.deepEqual([scene.erasures, scene.session?.creds], [[], CREDS]);
  });

  it('does what was asked last while its session could not be loaded', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const session = await scene.load();
    await session.saveCreds(CREDS);
    scene.keyAnswers = promise;
    await scene.make({ status: 'reconnecting' });
    await scene.start();
    await scene.askAndTell('reset');
    const last = await scene.askAndTell('connect');
    resolve(undefined);
    await scene.whenDone(last);
    await scene.whenConnecting();
    assert.deepEqual([scene.erasures, scene.session?.creds], [[], CREDS]);
  });

  it('that is asked for a new code in the moment of pairing is linked all the same, and gets one when that link is refused', async () => {
    await scene.make({ status: 'qr_ready' });
    await scene.start();
    await scene.whenConnecting();
    await scene.session?.saveCreds(CREDS);
    const id = await scene.askAndTell('relink');
    await scene.whenConnecting(2);
    scene.emits[0]?.({ type: 'linked' });
    scene.emits[1]?.({ type: 'closed', code: 401, message: 'gone' });
    await scene.whenConnecting(3);
    scene.emits[2]?.({ type: 'closed', code: 401, message: 'gone' });
    await scene.whenStatus('logged_out', 'logged_out');
    await scene.whenDone(id);
    assert.deepEqual(scene.erasures, []);
    await scene.askAndTell('relink');
    await scene.whenConnecting(4);
    assert.deepEqual([scene.erasures, scene.session?.creds], [['keep-backup'], null]);
  });

  it('connects though its journal cannot be read', async () => {
    const session = await scene.load();
    await session.saveCreds(CREDS);
    await session.set([{ type: JOURNAL_TYPE, id: '1', value: 'no json' }]);
    await scene.make({ status: 'connected' });
    await scene.start();
    await scene.whenConnecting();
  });

  for (const { what, waJid, passedOn } of [
    { what: 'its own phone is passed on', waJid: '40712345678:1@s.whatsapp.net', passedOn: ['M1', 'M2', 'M3'] },
    { what: 'the phone of somebody else is nobody’s to see', waJid: '40787654321:1@s.whatsapp.net', passedOn: [] },
  ]) {
    it(`what came to ${what}, also what a crash left`, async () => {
      const session = await scene.load();
      await session.saveCreds(JSON.stringify({ me: { id: waJid, lid: '1:1@lid' } }));
      await session.set([{ type: JOURNAL_TYPE, id: '1', value: journalled('M1') }]);
      await scene.make({ status: 'qr_ready' });
      await scene.start();
      await scene.whenConnecting();
      const receipt = { waMessageId: 'M3', status: 'read', errorCode: null, participantJid: null } as const;
      scene.emits[0]?.({ type: 'message', message: messageOf('M2'), stored });
      scene.emits[0]?.({ type: 'receipt', receipt, stored });
      assert.deepEqual(scene.passedOn, passedOn);
    });
  }

  it('is deleted only once its session is erased, however often that fails', async () => {
    scene.eraseFailures = 3;
    const id = randomUUID();
    await scene.make({ status: 'disconnected', desired: 'deleted', pendingRequest: { id, type: 'delete' } });
    const isErasedWhenDone = until(
      async () => (await db.doc(paths.accountRequest(id)).get()).get('status') as unknown,
      (status) => status === 'done',
      'the request to be done',
    ).then(() => scene.erasures.length);
    await scene.start();
    assert.equal(await isErasedWhenDone, 1);
    await scene.whenStatus('deleted', 'deleted');
  });

  it('is dropped when its connection was taken over by the host that has its lease', async () => {
    await scene.make({ status: 'connected' });
    await scene.start();
    await scene.whenConnecting();
    scene.isLeaseHeld = false;
    scene.emits[0]?.({ type: 'closed', code: 440, message: 'replaced' });
    await until(
      () => scene.fenced,
      (fenced) => fenced === 1,
      'the host to be told',
    );
  });

  it('keeps no incident of a lost connection when somebody disconnects it, and every other', async () => {
    for (const type of ['connection_lost', 'conflict'] as const) {
      await openIncident(db, { accountId: scene.accountId, epoch: 0 }, { type, details: {} });
    }
    await scene.make({ status: 'reconnecting' });
    await scene.start();
    await scene.whenDone(await scene.ask('disconnect', { desired: 'offline' }));
    assert.equal((await scene.incident('connection_lost')).isOpen, false);
    assert.equal((await scene.incident('conflict')).isOpen, true);
  });

  it('keeps no incident of a lost connection when WhatsApp restricts it', async () => {
    await openIncident(db, { accountId: scene.accountId, epoch: 0 }, { type: 'connection_lost', details: {} });
    await scene.make({ status: 'reconnecting' });
    await scene.start();
    await scene.whenConnecting();
    scene.emits[0]?.({ type: 'closed', code: 403, message: 'locked' });
    await until(
      () => scene.incident('restricted'),
      ({ isOpen }) => isOpen,
      'the ban to be told',
    );
    assert.equal((await scene.incident('connection_lost')).isOpen, false);
  });
});
