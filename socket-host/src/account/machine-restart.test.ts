import assert from 'node:assert/strict';
import { initialState, step } from './machine.ts';
import { linked, opened, play, told } from './machine-scene.ts';
import type { Input } from './steps.ts';

const asked: Input = { type: 'request', requestId: 'R1', request: 'connect', method: 'qr' };

function restart(): Input {
  return { type: 'closed', code: 515, message: 'Restart Required', holdsLease: true, atMs: 0, random: 0 };
}

const connected = play(linked, asked, opened).state;

describe('a restart that WhatsApp asks for', () => {
  it('is made at once and shows nothing', () => {
    assert.deepEqual(told(step(connected, restart()).effects), ['connect']);
  });

  it('again before the connection has held waits, and shows as lost', () => {
    const { state, effects } = play(connected, restart(), opened, restart());
    assert.equal(state.phase, 'waiting');
    assert.deepEqual(told(effects).slice(-2), ['retry-after', 'status reconnecting']);
  });

  it('at each login waits longer each time, and is an incident after the fifth', () => {
    const { state, effects } = play(
      linked,
      asked,
      ...Array.from({ length: 6 }, () => [restart(), { type: 'retry' } as const]).flat(),
    );
    assert.equal(state.attempts, 6);
    const waits = effects.flatMap((effect) => (effect.type === 'retry-after' ? [effect.delayMs] : []));
    assert.deepEqual(waits, [2_000, 4_000, 8_000, 16_000, 30_000]);
    assert.equal(effects.filter(({ type }) => type === 'incident').length, 1);
  });

  it('is at once again after a connection that held', () => {
    const { state } = play(connected, restart(), opened, { type: 'stable' });
    assert.deepEqual(told(step(state, restart()).effects), ['connect']);
  });

  it('because a link was made is none of those, whatever went wrong while it was made', () => {
    const linking = play(
      initialState(false, false, 'qr'),
      { ...asked, request: 'add' },
      { ...restart(), code: 503 } as Input,
      { type: 'retry' },
      { type: 'linked' },
      restart(),
    );
    assert.deepEqual(told(linking.effects).at(-1), 'connect');
    const again = play(linking.state, opened, { type: 'stable' }, restart());
    assert.deepEqual(told(again.effects).at(-1), 'connect');
  });

  it('right after a link was made and its first connection opened shows nothing yet', () => {
    const { state } = play(
      initialState(false, false, 'qr'),
      { ...asked, request: 'add' },
      { type: 'linked' },
      restart(),
      opened,
    );
    assert.deepEqual(told(step(state, restart()).effects), ['connect']);
  });
});

describe('an account whose deletion was broken off', () => {
  it('between its request and its status is deleted by the next owner', () => {
    const { effects } = step(initialState(false, false, 'qr'), {
      type: 'start',
      status: 'connected',
      desired: 'deleted',
    });
    assert.equal(told(effects).at(-1), 'status deleted');
    assert.ok(told(effects).includes('erase'));
  });
});
