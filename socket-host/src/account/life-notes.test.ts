import assert from 'node:assert/strict';
import { handClock } from '../hand-clock.ts';
import { LifeNotes, type LifeNote } from './life-notes.ts';

const MINUTE_MS = 60_000;

function noted() {
  const clock = handClock();
  const notes: (LifeNote & { readonly notedAtMs: number })[] = [];
  const life = new LifeNotes(clock, (note) => notes.push({ ...note, notedAtMs: clock.nowMs() }));
  return { clock, notes, life };
}

describe('notes of the life of an account', () => {
  it('are made at once, then every five minutes at most, and leave nothing out', () => {
    const { clock, notes, life } = noted();
    for (let second = 0; second < 600; second += 1) {
      life.came(second === 0 || second === 40);
      clock.advance(1_000);
    }
    clock.advance(60 * MINUTE_MS);
    assert.deepEqual(notes, [
      { eventAtMs: 0, messageAtMs: 0, notedAtMs: 0 },
      { eventAtMs: 299_000, messageAtMs: 40_000, notedAtMs: 300_000 },
      { eventAtMs: 599_000, messageAtMs: null, notedAtMs: 600_000 },
    ]);
  });

  it('are made at once of the first message, whatever came before', () => {
    const { clock, notes, life } = noted();
    life.came(false);
    clock.advance(1_000);
    life.came(true);
    life.came(true);
    assert.deepEqual(
      notes.map(({ messageAtMs }) => messageAtMs),
      [null, 1_000],
    );
  });

  it('are made at once again after a silence', () => {
    const { clock, notes, life } = noted();
    life.came(false);
    clock.advance(20 * MINUTE_MS);
    life.came(true);
    assert.deepEqual(notes.at(-1), { eventAtMs: 1_200_000, messageAtMs: 1_200_000, notedAtMs: 1_200_000 });
  });

  it('are made no more once the account is another’s', () => {
    const { clock, notes, life } = noted();
    life.came(true);
    life.came(true);
    life.stop();
    clock.advance(20 * MINUTE_MS);
    life.came(true);
    assert.equal(notes.length, 1);
  });
});
