/** What an account whose session cannot be read, or not be loaded, shows and answers, and that it comes back once it can be. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Account } from '@switchboard/contract/account';
import { openIncident } from '../store/incidents.ts';
import { TOLD_AFTER_MS } from './session-loading.ts';
import { db, FIVE_MINUTES_MS, SupervisorScene, until } from './supervisor-scene.ts';

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

  for (const { at, desired } of [
    { at: 'logged_out', desired: 'online' },
    { at: 'disconnected', desired: 'offline' },
  ] as const) {
    it(`is no incident any more once another host reads it, also when it is ${at}`, async () => {
      await startRefused({ status: at, desired });
      await whenIncidentIs('open');
      await scene.stop();
      // What a host that died right after it stored the status left.
      await openIncident(db, { accountId: scene.accountId, epoch: 0 }, { type: 'connection_lost', details: {} });
      scene.isKeyRefused = false;
      await scene.start();
      await whenIncidentIs('over');
      assert.equal((await scene.incident('connection_lost')).isOpen, false);
      assert.equal((await scene.account()).status, at);
      assert.equal(scene.emits.length, 0);
    });
  }

  it('stays an incident when somebody disconnects it', async () => {
    await startRefused({ status: 'connected' });
    await whenIncidentIs('open');
    await scene.whenDone(await scene.ask('disconnect', { desired: 'offline' }));
    assert.equal((await scene.incident('session_unreadable')).isOpen, true);
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

describe('an account whose session cannot be loaded since the key service does not answer', () => {
  let scene: SupervisorScene;

  beforeEach(() => {
    scene = new SupervisorScene();
  });
  afterEach(() => scene.stop());

  async function start(fields: Partial<Account>, failures = Infinity, keyAnswers = scene.keyAnswers): Promise<void> {
    await scene.load();
    scene.opened = 0;
    scene.keyFailures = failures;
    scene.keyAnswers = keyAnswers;
    await scene.make(fields);
    await scene.start();
  }

  async function whenTried(times: number): Promise<void> {
    await until(
      () => scene.opened,
      (opened) => opened >= times,
      `${String(times)} tries`,
    );
  }

  it('is tried on and on, is one incident that says why, and comes back when it answers', async () => {
    await start({ status: 'reconnecting' });
    const read = () => scene.incident('session_unreadable');
    const { reason } = await until(read, ({ isOpen }) => isOpen, 'people to be told');
    assert.equal(reason, 'fetch failed (getaddrinfo ENOTFOUND kms.test)');
    await whenTried(12);
    assert.equal((await read()).count, 1);
    assert.equal((await scene.account()).statusReason, null);
    scene.keyFailures = 0;
    await scene.whenConnecting();
    await until(read, ({ isOpen }) => !isOpen, 'the incident to be over');
  });

  it('is nothing to tell of when it answers after a few tries', async () => {
    await start({ status: 'reconnecting' }, 4);
    await scene.whenConnecting();
    assert.equal(scene.opened, 5);
    assert.equal((await scene.incident('session_unreadable')).count, undefined);
  });

  it('is told of though the first try has not failed yet, and comes back when it is answered', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    await start({ status: 'reconnecting' }, 0, promise);
    await whenTried(1);
    assert.equal((await scene.incident('session_unreadable')).count, undefined);
    scene.clock.pass(TOLD_AFTER_MS);
    const read = () => scene.incident('session_unreadable');
    const { reason } = await until(read, ({ isOpen }) => isOpen, 'people to be told');
    assert.equal(reason, 'nothing was answered for 30 s');
    resolve(undefined);
    await scene.whenConnecting();
    await until(read, ({ isOpen }) => !isOpen, 'the incident to be over');
    assert.equal(scene.opened, 1);
  });

  it('is told of anew when it is known why', async () => {
    const { promise, reject } = Promise.withResolvers<undefined>();
    await start({ status: 'reconnecting' }, 0, promise);
    await whenTried(1);
    scene.clock.pass(TOLD_AFTER_MS);
    const read = () => scene.incident('session_unreadable');
    await until(read, ({ isOpen }) => isOpen, 'people to be told');
    reject(new Error('the key was disabled'));
    const { isOpen } = await until(read, ({ reason }) => reason === 'the key was disabled', 'people to be told why');
    assert.equal(isOpen, true);
    await whenTried(8);
    assert.equal((await read()).count, 2, 'the same was told again');
    scene.keyAnswers = Promise.resolve();
    await until(read, (seen) => !seen.isOpen, 'the incident to be over');
  });

  it('is told of before many tries have failed where each takes long, with what the last one said', async () => {
    await start({ status: 'reconnecting' }, 1, Promise.withResolvers<undefined>().promise);
    await whenTried(2);
    scene.clock.pass(TOLD_AFTER_MS);
    const read = () => scene.incident('session_unreadable');
    const { reason } = await until(read, ({ isOpen }) => isOpen, 'people to be told');
    assert.equal(reason, 'fetch failed (getaddrinfo ENOTFOUND kms.test)');
  });

  it('keeps its session whatever is asked meanwhile, and does it once it can', async () => {
    const pendingRequest = { id: randomUUID(), type: 'reset' } as const;
    await start({ status: 'connecting', pendingRequest });
    await whenTried(7);
    assert.deepEqual(scene.erasures, []);
    assert.equal((await scene.account()).pendingRequest?.id, pendingRequest.id);
    scene.keyFailures = 0;
    await scene.whenDone(pendingRequest.id);
  });

  it('connects when it answers although people cannot be told', async () => {
    scene.isIncidentHeld = true;
    await start({ status: 'reconnecting' });
    await whenTried(7);
    scene.keyFailures = 0;
    await scene.whenConnecting();
  });
});
