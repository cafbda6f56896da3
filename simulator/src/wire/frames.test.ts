import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FrameReader, frameOf, PROLOGUE } from './frames.ts';

const bodies = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 });

describe('frames', () => {
  it('come out whole and in order however the bytes were cut', () => {
    fc.assert(
      fc.property(
        bodies,
        fc.array(fc.nat(2000)),
        fc.option(fc.uint8Array({ maxLength: 40 })),
        (sent, cuts, routing) => {
          const edge = routing && Buffer.concat([Buffer.from('ED\0\x01'), frameOf(routing)]);
          const stream = Buffer.concat([...(edge ? [edge] : []), PROLOGUE, ...sent.map(frameOf)]);
          const reader = new FrameReader();
          const received: Buffer[] = [];
          let from = 0;
          for (const cut of [...cuts, stream.length].map((at) => Math.min(at, stream.length)).sort((a, b) => a - b)) {
            received.push(...reader.push(stream.subarray(from, cut)));
            from = cut;
          }
          assert.deepEqual(
            received.map(String),
            sent.map((body) => String(Buffer.from(body))),
          );
        },
      ),
    );
  });

  it('are refused when the first bytes are not a WhatsApp client', () => {
    assert.throws(() => new FrameReader().push(Buffer.from('GET / HTTP/1.1')), /not a WhatsApp client/);
  });
});
