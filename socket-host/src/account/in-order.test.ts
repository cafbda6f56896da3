import assert from 'node:assert/strict';
import { applyInOrder } from './in-order.ts';
import type { Effect } from './steps.ts';

/** Effects whose end the test decides. */
function stage() {
  const begun: string[] = [];
  const ends = new Map<string, (goesOn: boolean) => void>();
  const apply = ({ type }: Effect): Promise<boolean> => {
    begun.push(type);
    return new Promise((resolve) => ends.set(type, resolve));
  };
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const end = (type: Effect['type'], goesOn = true): Promise<void> => {
    ends.get(type)?.(goesOn);
    return settle();
  };
  return { begun, apply, end, settle };
}

const ERASE: Effect = { type: 'erase', mode: 'destroy' };
const HIDE: Effect = { type: 'hide-code' };
const CONNECT: Effect = { type: 'connect' };
const DONE: Effect = { type: 'done', requestId: 'r' };

describe('the effects of a step', () => {
  it('happen one after the other', async () => {
    const { begun, apply, end, settle } = stage();
    void applyInOrder([ERASE, CONNECT], apply);
    await settle();
    assert.deepEqual(begun, ['erase']);
    await end('erase');
    assert.deepEqual(begun, ['erase', 'connect']);
  });

  it('do not keep a connection waiting for what is only told', async () => {
    const { begun, apply, end, settle } = stage();
    let isOver = false;
    const all = applyInOrder([HIDE, CONNECT, DONE], apply).then(() => (isOver = true));
    await settle();
    assert.deepEqual(begun, ['hide-code', 'connect']);
    await end('connect');
    assert.deepEqual(begun, ['hide-code', 'connect']);
    await end('hide-code');
    assert.deepEqual(begun, ['hide-code', 'connect', 'done']);
    assert.equal(isOver, false);
    await end('done');
    await all;
  });

  it('end where one says so', async () => {
    const { begun, apply, end, settle } = stage();
    const all = applyInOrder([ERASE, CONNECT], apply);
    await settle();
    await end('erase', false);
    await all;
    assert.deepEqual(begun, ['erase']);
  });
});
