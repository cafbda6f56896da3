import assert from 'node:assert/strict';
import { initialState, step } from './machine.ts';
import { fresh, linked, opened, over, play } from './machine-scene.ts';
import type { Effect, Input } from './steps.ts';

const unreachable: Input = {
  ...{ type: 'closed', code: 503, message: 'Service Unavailable' },
  ...{ holdsLease: true, atMs: 0, random: 0 },
};

function request(type: Extract<Input, { type: 'request' }>['request'], requestId = 'R1'): Input {
  return { type: 'request', requestId, request: type, method: 'qr' };
}

function told(effects: readonly Effect[]): string[] {
  return effects.map((effect) => {
    if (effect.type === 'status') return `status ${effect.status}`;
    if (effect.type === 'erase') return `erase ${effect.mode}`;
    return effect.type === 'done' ? `done ${effect.requestId}` : effect.type;
  });
}

const connected = play(linked, request('connect'), opened).state;
/** What follows once WhatsApp was told, or could not be. */
const ANEW = ['hide-code', 'erase keep-backup', 'mark-link', 'status connecting', 'done R1', 'connect'] as const;

describe('resetting a link', () => {
  it('that is connected logs it out, keeps a backup and asks for a new one', () => {
    const { state, effects } = step(connected, request('reset'));
    assert.deepEqual(told(effects), ['logout', ...ANEW]);
    assert.deepEqual([state.phase, state.isLinked, state.isLinkOver], ['connecting', false, false]);
  });

  it('that is down connects it once more, to tell WhatsApp', () => {
    const waiting = play(connected, unreachable).state;
    const { state, effects } = step(waiting, request('reset'));
    assert.deepEqual(told(effects), ['disconnect', 'hide-code', 'status connecting', 'connect']);
    assert.deepEqual(told(step(state, opened).effects), ['logout', ...ANEW]);
  });

  it('goes on without WhatsApp when it cannot be reached', () => {
    const { state, effects } = play(linked, request('reset'), unreachable);
    assert.deepEqual(told(effects).slice(4), ['disconnect', ...ANEW]);
    assert.deepEqual([state.phase, state.isLinked, state.removal], ['connecting', false, null]);
  });

  for (const [what, from] of [
    ['there is none of', fresh],
    ['WhatsApp has ended', over],
  ] as const) {
    it(`${what} tells nobody`, () => {
      assert.deepEqual(told(step(from, request('reset')).effects), ['disconnect', ...ANEW]);
    });
  }

  it('shows a code at once', () => {
    const { effects } = play(connected, request('reset'), { type: 'code', qr: 'QR', expiresInMs: 60_000 });
    assert.deepEqual(told(effects).slice(-2), ['show-code', 'status qr_ready']);
  });

  it('asked again while WhatsApp is being told is done once, for who asked last', () => {
    const { effects } = play(linked, request('reset', 'R0'), request('reset'), opened);
    assert.deepEqual(told(effects).slice(4), ['logout', ...ANEW]);
  });

  it('asked again once it is done shows another code, and never logs out twice', () => {
    const { state, effects } = play(connected, request('reset', 'R0'), request('reset'));
    assert.deepEqual(told(effects).slice(7), ['disconnect', ...ANEW]);
    assert.equal(state.phase, 'connecting');
  });

  it('of an account that is deleted meanwhile ends with the account', () => {
    const { state, effects } = play(linked, request('reset'), request('delete', 'R2'), opened);
    assert.deepEqual(told(effects).slice(4), [
      'logout',
      'hide-code',
      'erase destroy',
      'resolve-incidents',
      'done R2',
      'status deleted',
    ]);
    assert.equal(state.phase, 'idle');
  });

  it('takes up an account that was offline, by the way to link that was asked for', () => {
    const offline = play(initialState(true, false, 'pairing_code'), request('disconnect')).state;
    const { state } = play(offline, request('reset'), opened);
    assert.deepEqual([state.phase, state.method], ['connecting', 'qr']);
  });
});
