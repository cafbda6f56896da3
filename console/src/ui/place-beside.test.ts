import assert from 'node:assert/strict';
import { placeBeside } from './place-beside.ts';

const page = { width: 800, height: 600 };
const box = (left: number, top: number) => ({ left, top, right: left + 30, bottom: top + 30 });

describe('a small text beside a control', () => {
  it('is where it is asked to be', () => {
    assert.deepEqual(placeBeside(box(400, 100), 'bottom', page), { x: 415, y: 136, side: 'bottom' });
    assert.deepEqual(placeBeside(box(10, 100), 'right', page), { x: 46, y: 115, side: 'right' });
    assert.deepEqual(placeBeside(box(400, 100), 'top', page), { x: 415, y: 94, side: 'top' });
  });

  it('is on the other side where there is no room', () => {
    assert.equal(placeBeside(box(400, 560), 'bottom', page).side, 'top');
    assert.equal(placeBeside(box(400, 2), 'top', page).side, 'bottom');
    assert.notEqual(placeBeside(box(760, 100), 'right', page).side, 'right');
  });

  it('stays on the page', () => {
    assert.equal(placeBeside(box(770, 100), 'bottom', page).x, 730);
    assert.equal(placeBeside(box(0, 100), 'bottom', page).x, 70);
  });
});
