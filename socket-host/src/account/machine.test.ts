import assert from 'node:assert/strict';
import { ACCOUNT_STATUSES, type AccountRequestType } from '@switchboard/contract/account';
import { initialState, step } from './machine.ts';
import { fresh, linked, opened, over, play, told } from './machine-scene.ts';
import type { Effect, Input } from './steps.ts';

function closed(code: number | null, message = 'Connection Failure'): Input {
  return { type: 'closed', code, message, holdsLease: true, atMs: 0, random: 0 };
}

function request(type: AccountRequestType): Input {
  return { type: 'request', requestId: 'R1', request: type, method: type === 'pairing_code' ? 'pairing_code' : 'qr' };
}

/** What is done of an account that is deleted, whether WhatsApp could be told or not. */
const GONE = ['hide-code', 'erase', 'resolve-incidents', 'done', 'status deleted'] as const;

describe('taking an account', () => {
  for (const status of ACCOUNT_STATUSES) {
    const isRunning = ['connecting', 'qr_ready', 'connected', 'reconnecting'].includes(status);
    it(`that is ${status} ${isRunning ? 'connects it' : 'waits for somebody to ask'}`, () => {
      const { state, effects } = step(linked, { type: 'start', status, desired: 'online' });
      assert.equal(state.phase, isRunning ? 'connecting' : 'idle');
      assert.equal(told(effects).includes('connect'), isRunning);
      const over = effects.flatMap((effect) => (effect.type === 'resolve-incidents' ? effect.of : []));
      // At rest no connection will hold, which would end them.
      assert.deepEqual(over, isRunning ? [] : ['connection_lost', 'session_unreadable']);
    });
  }

  it('that should be offline leaves it offline', () => {
    const { state, effects } = step(linked, { type: 'start', status: 'connected', desired: 'offline' });
    assert.equal(state.phase, 'idle');
    assert.deepEqual(told(effects), ['disconnect', 'hide-code', 'status disconnected']);
  });
});

describe('a request', () => {
  it('to add shows a code, and is done', () => {
    const { effects } = play(fresh, request('add'), { type: 'code', qr: 'QR', expiresInMs: 60_000 });
    assert.deepEqual(told(effects).slice(2), ['status connecting', 'connect', 'done', 'show-code', 'status qr_ready']);
  });

  it('to relink a good link connects with it', () => {
    assert.ok(!told(step(linked, request('relink')).effects).includes('erase'));
  });

  it('to relink a link that is over erases it and keeps a backup', () => {
    const { state, effects } = step(over, request('relink'));
    assert.ok(effects.some((effect) => effect.type === 'erase' && effect.mode === 'keep-backup'));
    assert.equal(state.isLinked, false);
    assert.equal(state.isLinkOver, false);
  });

  it('to connect a link that is over tries it, without erasing', () => {
    const { state, effects } = step(over, request('connect'));
    assert.ok(!told(effects).includes('erase'));
    assert.ok(told(effects).includes('connect'));
    assert.ok(state.isLinkOver);
  });

  it('to connect what is connected leaves it alone', () => {
    const { state } = play(linked, request('connect'), opened);
    assert.deepEqual(told(step(state, request('relink')).effects), ['status connected', 'done']);
  });

  it('to connect does not wait for the next try', () => {
    const { state } = play(linked, request('connect'), closed(503));
    assert.equal(state.phase, 'waiting');
    assert.ok(told(step(state, request('connect')).effects).includes('connect'));
  });

  it('to disconnect keeps the link', () => {
    const { state, effects } = play(linked, request('connect'), opened, request('disconnect'));
    assert.equal(state.isLinked, true);
    assert.deepEqual(told(effects).slice(-4), ['disconnect', 'hide-code', 'status disconnected', 'done']);
  });

  it('to delete ends the link and destroys the session', () => {
    const { effects } = play(linked, request('connect'), opened, request('delete'));
    assert.deepEqual(told(effects).slice(-6), ['logout', ...GONE]);
    assert.ok(effects.some((effect) => effect.type === 'erase' && effect.mode === 'destroy'));
  });
});

describe('deleting', () => {
  const offline = play(linked, request('connect'), opened, request('disconnect')).state;

  it('connects an account that is offline once more, to tell WhatsApp', () => {
    const { state, effects } = play(offline, request('delete'));
    assert.deepEqual(told(effects), ['disconnect', 'hide-code', 'connect']);
    assert.deepEqual(told(step(state, opened).effects), ['logout', ...GONE]);
  });

  it('goes on without WhatsApp when that fails', () => {
    const { state, effects } = play(offline, request('delete'), closed(428));
    assert.deepEqual(told(effects).slice(3), ['disconnect', ...GONE]);
    assert.equal(state.phase, 'idle');
  });

  it('of an account without a link needs no connection', () => {
    assert.ok(!told(step(fresh, request('delete')).effects).includes('connect'));
    assert.ok(!told(step(over, request('delete')).effects).includes('connect'));
  });
});

describe('linking', () => {
  it('goes from the code over the restart to connected', () => {
    const { state, effects } = play(
      fresh,
      request('add'),
      { type: 'code', qr: 'QR', expiresInMs: 60_000 },
      { type: 'linked' },
      closed(515),
      opened,
    );
    assert.equal(state.phase, 'open');
    assert.deepEqual(told(effects).slice(5), [
      'show-code',
      'status qr_ready',
      'hide-code',
      'status connecting',
      'connect',
      'hide-code',
      'status connected',
    ]);
  });

  it('by a phone that is not the account’s own is undone', () => {
    const { state, effects } = play(fresh, request('add'), { type: 'linked' }, { ...opened, isOwnPhone: false });
    assert.equal(state.phase, 'idle');
    assert.deepEqual(told(effects).slice(-4), ['logout', 'hide-code', 'erase', 'status needs_qr']);
    assert.deepEqual(effects.slice(-1), [{ type: 'status', status: 'needs_qr', reason: 'wrong_phone', attempts: 0 }]);
  });

  it('ends as needs_qr when nobody scans, and the next code is asked for by a person', () => {
    const { state, effects } = play(fresh, request('add'), closed(408, 'QR refs attempts ended'));
    assert.equal(state.phase, 'idle');
    assert.deepEqual(told(effects).slice(-2), ['hide-code', 'status needs_qr']);
  });

  it('that WhatsApp wants a passkey for is given up at once, whichever way it is tried', () => {
    for (const type of ['add', 'pairing_code'] as const) {
      const { state, effects } = play(fresh, request(type), closed(null, 'WhatsApp asks for a passkey'));
      assert.equal(state.phase, 'idle');
      assert.deepEqual(told(effects).slice(-3), ['hide-code', 'status needs_qr', 'incident']);
    }
  });

  it('by typed code shows a new one twice before it gives up', () => {
    const unused = closed(408, 'QR refs attempts ended');
    const start = play(initialState(false, false, 'pairing_code'), request('pairing_code'));
    const twice = play(start.state, unused, unused);
    assert.deepEqual(told(twice.effects), ['connect', 'connect']);
    assert.equal(play(twice.state, unused).state.phase, 'idle');
  });
});

describe('a lost connection', () => {
  it('is tried again for ever, after growing waits', () => {
    let { state } = play(linked, request('connect'), opened);
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      const lost = play(state, closed(428));
      const wait = lost.effects.find((effect) => effect.type === 'retry-after');
      waits.push(wait?.delayMs ?? 0);
      ({ state } = play(lost.state, { type: 'retry' }));
    }
    assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    assert.equal(state.phase, 'connecting');
  });

  it('is an incident after the fifth try, once', () => {
    const inputs = Array.from({ length: 12 }, () => [closed(503), { type: 'retry' } as const]).flat();
    const { effects } = play(linked, request('connect'), opened, ...inputs);
    assert.equal(effects.filter(({ type }) => type === 'incident').length, 1);
  });

  it('counts from one again after a connection that held', () => {
    const { state } = play(linked, request('connect'), opened, closed(428), { type: 'retry' }, opened);
    assert.equal(play(state, closed(428)).state.attempts, 2);
    assert.equal(play(state, { type: 'stable' }, closed(428)).state.attempts, 1);
  });

  it('that opens and closes at once waits longer each time, and is an incident', () => {
    let { state } = play(linked, request('connect'));
    const waits: number[] = [];
    const incidents: Effect[] = [];
    for (let time = 1; time <= 7; time += 1) {
      const lost = play(state, opened, closed(428), { type: 'retry' });
      waits.push(...lost.effects.flatMap((effect) => (effect.type === 'retry-after' ? [effect.delayMs] : [])));
      incidents.push(...lost.effects.filter(({ type }) => type === 'incident'));
      ({ state } = lost);
    }
    assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    assert.equal(incidents.length, 1);
  });

  it('is forgotten, with its incidents, once it has held', () => {
    const lost = play(linked, request('connect'), opened, closed(428), { type: 'retry' }, opened).state;
    assert.equal(lost.attempts, 1);
    const { state, effects } = play(lost, { type: 'stable' });
    assert.equal(state.attempts, 0);
    assert.deepEqual(told(effects), ['resolve-incidents']);
    const over = effects.flatMap((effect) => (effect.type === 'resolve-incidents' ? effect.of : []));
    assert.ok(over.includes('connection_lost') && over.includes('restricted') && over.includes('logged_out'));
    for (const type of ['session_restored', 'message_unstored', 'decryption_failing'] as const) {
      assert.ok(!over.includes(type), `a connection is no end of ${type}`);
    }
  });

  it('is not taken for good by a timer that comes too late', () => {
    const { state } = play(linked, request('connect'), opened, closed(428));
    assert.deepEqual(step(state, { type: 'stable' }), { state, effects: [] });
  });

  it('is told again when it goes on for long', () => {
    const inputs = Array.from({ length: 120 }, () => [closed(503), { type: 'retry' } as const]).flat();
    const { effects } = play(linked, request('connect'), ...inputs);
    assert.equal(effects.filter(({ type }) => type === 'incident').length, 3);
  });

  it('of an account nobody linked yet goes on linking', () => {
    const { effects } = play(fresh, request('add'), closed(428), { type: 'retry' });
    assert.deepEqual(told(effects).slice(-3), ['retry-after', 'status connecting', 'connect']);
  });
});

describe('a logout', () => {
  it('is believed the second time, keeps the credentials, and ends trying', () => {
    const once = play(linked, request('connect'), opened, closed(401));
    assert.equal(once.state.phase, 'waiting');
    const twice = play(once.state, { type: 'retry' }, closed(401));
    assert.equal(twice.state.phase, 'idle');
    assert.ok(twice.state.isLinked && twice.state.isLinkOver);
    assert.deepEqual(told(twice.effects), ['connect', 'hide-code', 'mark-link', 'status logged_out', 'incident']);
  });

  it('is not confirmed by what the network says in place of WhatsApp, nor denied', () => {
    const proxy = closed(401, 'WebSocket Error (Unexpected server response: 401)');
    const inputs = [proxy, closed(401), proxy, closed(428), closed(null)];
    const { state } = play(
      linked,
      request('connect'),
      ...inputs.flatMap((input) => [input, { type: 'retry' } as const]),
    );
    assert.equal(state.phase, 'connecting');
    assert.equal(play(state, closed(401)).state.phase, 'idle');
  });

  it('is in doubt again when WhatsApp says something else in between', () => {
    const inputs = [closed(401), closed(503), closed(401)];
    const { state } = play(
      linked,
      request('connect'),
      ...inputs.flatMap((input) => [input, { type: 'retry' } as const]),
    );
    assert.equal(state.phase, 'connecting');
  });

  it('is forgotten when the link turns out to work', () => {
    const { state } = play(linked, request('connect'), opened, closed(401), { type: 'retry' }, opened, closed(401));
    assert.equal(state.phase, 'waiting');
  });

  it('of a link that was never let in is one that was not made: it is over, and nobody is told that it ended', () => {
    const linking = play(fresh, request('add'), { type: 'linked' }, closed(515), closed(401), { type: 'retry' });
    const { state, effects } = play(linking.state, closed(401));
    assert.ok(state.isLinked && state.isLinkOver);
    assert.deepEqual(told(effects), ['hide-code', 'mark-link', 'status needs_qr']);
    assert.ok(told(play(state, request('relink')).effects).includes('erase'));
  });

  it('that was believed wrongly is taken back when the link works after all', () => {
    const { state, effects } = play(over, request('connect'), opened);
    assert.equal(state.isLinkOver, false);
    assert.ok(effects.some((effect) => effect.type === 'mark-link' && !effect.isOver));
  });
});

describe('a ban', () => {
  it('stops the account, keeps the link and is an incident', () => {
    const { state, effects } = play(linked, request('connect'), opened, closed(403));
    assert.equal(state.phase, 'idle');
    assert.ok(state.isLinked && !state.isLinkOver);
    assert.deepEqual(told(effects).slice(-2), ['status restricted', 'incident']);
  });
});
