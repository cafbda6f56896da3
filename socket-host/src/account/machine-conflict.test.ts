import assert from 'node:assert/strict';
import { step } from './machine.ts';
import { linked, opened, play, told } from './machine-scene.ts';
import type { Input, MachineState } from './steps.ts';

const MINUTE_MS = 60_000;
const connect: Input = { type: 'request', requestId: 'R1', request: 'connect', method: 'qr' };

function replaced(atMs: number): Input {
  return { type: 'closed', code: 440, message: 'Stream Errored (conflict)', holdsLease: true, atMs, random: 0 };
}

/** It is taken at this minute, connected again after the wait, and holds. */
function takenAndBack(from: MachineState, minute: number): MachineState {
  return play(from, replaced(minute * MINUTE_MS), { type: 'retry' }, opened, { type: 'stable' }).state;
}

describe('a connection taken by somebody else', () => {
  const open = play(linked, connect, opened).state;

  it('changes nothing when another host owns the account', () => {
    const { state, effects } = step(open, { ...replaced(0), holdsLease: false } as Input);
    assert.equal(state.phase, 'idle');
    assert.deepEqual(told(effects), ['stand-down']);
  });

  it('is tried three times, half a minute apart, then left to the other', () => {
    let state = open;
    for (let time = 1; time <= 3; time += 1) {
      const lost = play(state, replaced(time * MINUTE_MS));
      const wait = lost.effects.find((effect) => effect.type === 'retry-after');
      assert.ok((wait?.delayMs ?? 0) >= 30_000);
      ({ state } = play(lost.state, { type: 'retry' }, opened));
    }
    const { state: left, effects } = play(state, replaced(4 * MINUTE_MS));
    assert.equal(left.phase, 'idle');
    assert.deepEqual(told(effects), ['hide-code', 'status disconnected', 'incident']);
  });

  it('is left to the other too when it holds for a while each time before it is taken again', () => {
    const fought = [0, 15, 30].reduce(takenAndBack, open);
    const { state, effects } = play(fought, replaced(45 * MINUTE_MS));
    assert.equal(state.phase, 'idle');
    assert.deepEqual(told(effects), ['hide-code', 'status disconnected', 'incident']);
  });

  it('is tried on and on when that happens no more than three times in an hour', () => {
    const fought = [0, 25, 50, 75, 100, 125].reduce(takenAndBack, open);
    assert.equal(play(fought, replaced(150 * MINUTE_MS)).state.phase, 'waiting');
  });

  it('is tried as often again when somebody asks to connect', () => {
    const left = play([0, 15, 30].reduce(takenAndBack, open), replaced(45 * MINUTE_MS)).state;
    const asked = play(left, connect, opened).state;
    assert.equal(play(asked, replaced(46 * MINUTE_MS)).state.phase, 'waiting');
  });
});
