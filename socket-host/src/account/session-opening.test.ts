/** What an account whose session cannot be read shows and answers, and that it comes back once it can be. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Account } from '@switchboard/contract/account';
import { FIVE_MINUTES_MS, SupervisorScene, until } from './supervisor-scene.ts';

describe('an account whose session cannot be read', () => {
  let scene: SupervisorScene;

  beforeEach(() => {
    scene = new SupervisorScene();
  });
  afterEach(() => scene.stop());

  /** Waits until it was tried, and the next try is set. */
  async function whenTried(times: number): Promise<void> {
    const isTried = (): boolean => scene.opened === times && scene.clock.held() === 1;
    await until(isTried, (seen) => seen, `${String(times)} tries`);
  }

  /** Stored before, so that there is a key to refuse. */
  async function startRefused(fields: Partial<Account>): Promise<void> {
    await scene.load();
    await start(fields);
    await whenTried(1);
  }

  async function start(fields: Partial<Account>): Promise<void> {
    scene.opened = 0;
    scene.isKeyRefused = true;
    await scene.make(fields);
    await scene.start();
  }

  async function whenIncidentIs(state: 'open' | 'over'): Promise<void> {
    const read = () => scene.incident('session_unreadable');
    await until(read, ({ isOpen }) => isOpen === (state === 'open'), `the incident to be ${state}`);
  }

  it('comes back by itself when the key that was refused is granted, and is one incident until then', async () => {
    await startRefused({ status: 'connected' });
    await scene.whenStatus('reconnecting', 'session_unreadable');
    await whenIncidentIs('open');
    for (const tries of [2, 3]) {
      scene.clock.pass(FIVE_MINUTES_MS);
      await whenTried(tries);
    }
    assert.equal((await scene.incident('session_unreadable')).count, 1);
    assert.equal(scene.emits.length, 0);
    scene.isKeyRefused = false;
    scene.clock.pass(FIVE_MINUTES_MS);
    await scene.whenConnecting();
    await whenIncidentIs('over');
  });

  for (const type of ['connect', 'relink', 'pairing_code'] as const) {
    it(`says so to whoever asks to ${type}, and shows it`, async () => {
      await startRefused({ status: 'logged_out' });
      const requestId = await scene.ask(type, { status: 'connecting', statusReason: null });
      assert.equal(await scene.whenRejected(requestId), 'session_unreadable');
      await scene.whenStatus('reconnecting', 'session_unreadable');
      assert.equal((await scene.account()).pendingRequest, null);
      assert.equal(await scene.whenRejected(await scene.ask(type, {})), 'session_unreadable');
      // Once for the account, once for each request; that a request is answered asks for nothing.
      assert.equal(scene.opened, 3);
    });
  }

  for (const type of ['connect', 'reset'] as const) {
    it(`says so to whoever asks to ${type} when it cannot be given a key either, until one is granted`, async () => {
      const pendingRequest = { id: randomUUID(), type };
      if (type === 'reset') await scene.load();
      await start({ status: 'connecting', pendingRequest });
      assert.equal(await scene.whenRejected(pendingRequest.id), 'session_unreadable');
      await scene.whenStatus('reconnecting', 'session_unreadable');
      await whenIncidentIs('open');
      scene.isKeyRefused = false;
      await scene.ask('connect', {});
      await scene.whenConnecting();
      await whenIncidentIs('over');
    });
  }

  it('is disconnected when somebody asks', async () => {
    await startRefused({ status: 'connected' });
    await scene.whenStatus('reconnecting', 'session_unreadable');
    await scene.whenDone(await scene.ask('disconnect', { desired: 'offline' }));
    await scene.whenStatus('disconnected', 'asked');
    assert.equal((await scene.account()).pendingRequest, null);
  });

  it('is what it was while nobody wants it connected', async () => {
    await startRefused({ status: 'restricted' });
    await whenIncidentIs('open');
    assert.equal((await scene.account()).status, 'restricted');
    scene.isKeyRefused = false;
    scene.clock.pass(FIVE_MINUTES_MS);
    await whenIncidentIs('over');
    assert.equal((await scene.account()).status, 'restricted');
  });
});
