/** Where a small text beside a control goes. Pure. */

export type Side = 'top' | 'bottom' | 'right';

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Place {
  /** Of the middle of the side that faces the control, px from the corner of the page. */
  readonly x: number;
  readonly y: number;
  readonly side: Side;
}

const GAP = 6;
/** About half of the widest text, and its height: nearer to an edge it would be cut. */
const HALF_WIDTH = 70;
const HEIGHT = 34;

function between(least: number, wanted: number, most: number): number {
  return Math.max(least, Math.min(wanted, Math.max(least, most)));
}

/** On the side that is asked for, or where there is no room on the other. */
export function placeBeside(box: Box, side: Side, page: { readonly width: number; readonly height: number }): Place {
  if (side === 'right' && box.right + GAP + 2 * HALF_WIDTH < page.width) {
    return { x: box.right + GAP, y: (box.top + box.bottom) / 2, side };
  }
  const x = between(HALF_WIDTH, (box.left + box.right) / 2, page.width - HALF_WIDTH);
  const isBelow = side === 'top' ? box.top < HEIGHT + GAP : box.bottom + GAP + HEIGHT < page.height;
  return isBelow ? { x, y: box.bottom + GAP, side: 'bottom' } : { x, y: box.top - GAP, side: 'top' };
}
