import assert from 'node:assert/strict';
import { deflateSync, inflateSync } from 'node:zlib';
import { smallerPng } from './smaller-png.ts';

/** Twelve pixels a row, in which red, green and blue go up by one, two and three. */
const WIDTH = 12;
const pixel = (x: number, y: number): number[] => [x + y, 2 * x + y, 3 * x].map((value) => value % 256);
const rowOf = (y: number): number[] => Array.from({ length: WIDTH }, (_, x) => pixel(x, y)).flat();

/** The same rows as a browser may write them: each by another filter of PNG, hand-made from its definition. */
function filtered(y: number): number[] {
  const [row, before] = [rowOf(y), y === 0 ? [] : rowOf(y - 1)];
  const left = (index: number) => row[index - 3] ?? 0;
  const above = (index: number) => before[index] ?? 0;
  const filters: readonly ((index: number) => number)[] = [
    () => 0,
    left,
    above,
    (index) => (left(index) + above(index)) >> 1,
  ];
  const taken = filters[y % 4] ?? (() => 0);
  return [y % 4, ...row.map((value, index) => (value - taken(index)) & 255)];
}

function chunk(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, Buffer.from(type, 'latin1'), body, Buffer.alloc(4)]);
}

function picture(height: number, colours = 2): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colours, 0, 0, 0], 8);
  const rows = Buffer.from(Array.from({ length: height }, (_, y) => filtered(y)).flat());
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows, { level: 0 })), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([signature, ...parts]);
}

describe('a picture packed tighter', () => {
  it('has the same pixels in fewer bytes', () => {
    const before = picture(16);
    const after = smallerPng(before);
    assert.ok(after.length < before.length);
    const length = after.readUInt32BE(33);
    assert.equal(after.toString('latin1', 37, 41), 'IDAT');
    const rows = inflateSync(after.subarray(41, 41 + length));
    assert.deepEqual([...rows], Array.from({ length: 16 }, (_, y) => [0, ...rowOf(y)]).flat());
  });

  it('is left alone when it is of a kind that is not known', () => {
    const grey = picture(16, 0);
    assert.equal(smallerPng(grey), grey);
  });
});
