import assert from 'node:assert/strict';
import { GroupTicks } from './group-ticks.ts';

const [ANA, MIHAI] = ['+40700000002', '+40700000003'] as const;

describe('ticks of a group message', () => {
  it('turn double when the last member has it and blue when the last has read it', () => {
    const ticks = new GroupTicks();
    ticks.expect('M1', [ANA, MIHAI]);
    assert.equal(ticks.take('M1', ANA, false), null);
    assert.equal(ticks.take('M1', ANA, true), null);
    assert.equal(ticks.take('M1', MIHAI, false), 'delivered');
    assert.equal(ticks.take('M1', MIHAI, true), 'read');
  });

  it('count a member once, however many devices confirm', () => {
    const ticks = new GroupTicks();
    ticks.expect('M1', [ANA, MIHAI]);
    assert.equal(ticks.take('M1', ANA, false), null);
    assert.equal(ticks.take('M1', ANA, false), null);
  });

  it('take reading as proof of delivery', () => {
    const ticks = new GroupTicks();
    ticks.expect('M1', [ANA]);
    assert.equal(ticks.take('M1', ANA, true), 'read');
  });

  it('know nothing of messages of others', () => {
    assert.equal(new GroupTicks().take('M1', ANA, true), null);
  });
});
