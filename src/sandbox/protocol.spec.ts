import fc from 'fast-check';

import { encodeFrame, FrameDecoder, MAX_HEADER_BYTES } from './protocol.js';
import { ProtocolError } from './sandbox.errors.js';

const bytesOf = (header: object, payload?: Uint8Array): Buffer =>
  Buffer.concat(encodeFrame(header, payload));

describe('frames', () => {
  it('come out as they went in, however the stream is cut', () => {
    const frame = fc.record({
      header: fc.record({ type: fc.string(), n: fc.integer() }),
      payload: fc.uint8Array({ maxLength: 300 }),
    });
    fc.assert(
      fc.property(fc.array(frame), fc.array(fc.nat(64)), (frames, cuts) => {
        const stream = Buffer.concat(frames.map((f) => bytesOf(f.header, f.payload)));
        const decoder = new FrameDecoder(300);
        const seen = [];
        let at = 0;
        for (const cut of [...cuts, stream.length]) {
          seen.push(...decoder.push(stream.subarray(at, at + cut)));
          at += cut;
        }
        expect(seen.map((f) => f.header)).toEqual(frames.map((f) => f.header));
        expect(seen.map((f) => [...f.payload])).toEqual(frames.map((f) => [...f.payload]));
      }),
    );
  });

  it('are refused by their announced size, before the bytes are there', () => {
    const prefix = Buffer.alloc(8);
    prefix.writeUInt32BE(10, 0);
    prefix.writeUInt32BE(1_001, 4);
    expect(() => new FrameDecoder(1_000).push(prefix)).toThrow(ProtocolError);
    prefix.writeUInt32BE(MAX_HEADER_BYTES + 1, 0);
    prefix.writeUInt32BE(0, 4);
    expect(() => new FrameDecoder(1_000).push(prefix)).toThrow(ProtocolError);
    expect(() => encodeFrame({ text: 'x'.repeat(MAX_HEADER_BYTES) })).toThrow(ProtocolError);
  });

  it.each(['[1]', 'null', '1', '{', ''])('with the header %j are refused', (text) => {
    const prefix = Buffer.alloc(8);
    prefix.writeUInt32BE(text.length, 0);
    const decoder = new FrameDecoder(0);
    expect(() => decoder.push(Buffer.concat([prefix, Buffer.from(text)]))).toThrow(ProtocolError);
  });
});
