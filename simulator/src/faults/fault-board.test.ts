import assert from 'node:assert/strict';
import { FaultBoard } from './fault-board.ts';
import { faultSchema } from './fault.ts';

const SHOP = '+40700000001';

describe('the board of faults', () => {
  function boardWith(...faults: Record<string, unknown>[]): FaultBoard {
    const board = new FaultBoard();
    for (const fault of faults) board.post(faultSchema.parse({ account: SHOP, ...fault }));
    return board;
  }

  it('a fault strikes as often as it was told, once by default', () => {
    const board = boardWith({ kind: 'swallow-ack' }, { kind: 'close', code: 503, times: 2 });
    assert.ok(board.take('swallow-ack', SHOP));
    assert.equal(board.take('swallow-ack', SHOP), null);
    assert.equal(board.take('close', SHOP)?.code, 503);
    assert.equal(board.list()[0]?.remaining, 1);
    assert.ok(board.take('close', SHOP));
    assert.deepEqual(board.list(), []);
  });

  it('some faults stay until they are cleared', () => {
    const board = boardWith({ kind: 'mute', xmlns: 'usync' });
    for (let round = 0; round < 5; round += 1) assert.ok(board.take('mute', SHOP));
    board.clear();
    assert.equal(board.take('mute', SHOP), null);
  });

  it('strikes only the account it was set for, and clears only that', () => {
    const board = boardWith({ kind: 'swallow-ack' }, { kind: 'swallow-ack', account: '+40700000002' });
    assert.equal(board.take('swallow-ack', '+40700000003'), null);
    board.clear(SHOP);
    assert.equal(board.take('swallow-ack', SHOP), null);
    assert.ok(board.take('swallow-ack', '+40700000002'));
  });

  it('the oldest matching fault strikes first, and a look does not use it up', () => {
    const board = boardWith({ kind: 'close', code: 401 }, { kind: 'close', code: 500 });
    assert.equal(board.peek('close', SHOP)?.code, 401);
    assert.equal(board.take('close', SHOP, ({ code }) => code === 500)?.code, 500);
    assert.equal(board.take('close', SHOP)?.code, 401);
  });

  it('a fault that makes no sense is refused', () => {
    for (const wrong of [{ kind: 'close', code: 200 }, { kind: 'explode' }, { kind: 'delay', ms: 0 }, { kind: 'mute' }])
      assert.ok(!faultSchema.safeParse({ account: SHOP, ...wrong }).success);
    assert.ok(!faultSchema.safeParse({ kind: 'swallow-ack' }).success);
  });
});
