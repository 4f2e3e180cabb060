import { ProtocolError } from './sandbox.errors.js';

/** One message between the service and a sandbox process: a JSON object and raw bytes. */
export interface Frame {
  header: Record<string, unknown>;
  payload: Buffer;
}

/**
 * Of the JSON part; whatever can be large travels as the payload. Brackets alone, which are the worst
 * for a parser, hold this process up by some 100 ms at this size.
 */
export const MAX_HEADER_BYTES = 256 * 1024;
/** The same for what the service itself sends, where a mapping may have a thousand long paths. */
export const MAX_SENT_HEADER_BYTES = 64 * 1024 * 1024;

/** Two unsigned 32-bit lengths, big-endian: of the header and of the payload. */
const PREFIX_BYTES = 8;

/** The bytes of a frame, in the parts in which they are to be written. */
export function encodeFrame(
  header: object,
  payload?: Uint8Array,
  maxHeaderBytes = MAX_HEADER_BYTES,
): Uint8Array[] {
  const text = Buffer.from(JSON.stringify(header));
  if (text.length > maxHeaderBytes) throw new ProtocolError('The header is too large.');
  const head = Buffer.allocUnsafe(PREFIX_BYTES);
  head.writeUInt32BE(text.length, 0);
  head.writeUInt32BE(payload?.length ?? 0, 4);
  const start = Buffer.concat([head, text]);
  return payload?.length ? [start, payload] : [start];
}

type Part = 'prefix' | 'header' | 'payload';

/**
 * Takes the bytes of a stream as they come and gives its frames; it keeps none of the chunks that it is
 * given. Throws a ProtocolError as soon as a length is over its cap, before the bytes are there, and at
 * a header that is not a JSON object.
 */
export class FrameDecoder {
  /** Cap of a payload, which the receiver sets to what it is ready to take at the time. */
  maxPayloadBytes: number;
  readonly #maxHeaderBytes: number;
  readonly #prefix = Buffer.alloc(PREFIX_BYTES);
  #part: Part = 'prefix';
  /** Of the part, as far as it has come. */
  #bytes = this.#prefix;
  #filled = 0;
  #header: Record<string, unknown> = {};

  constructor(maxPayloadBytes: number, maxHeaderBytes = MAX_HEADER_BYTES) {
    this.maxPayloadBytes = maxPayloadBytes;
    this.#maxHeaderBytes = maxHeaderBytes;
  }

  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    for (let at = 0; ;) {
      const count = chunk.copy(this.#bytes, this.#filled, at);
      at += count;
      this.#filled += count;
      if (this.#filled < this.#bytes.length) return frames;
      const frame = this.#end();
      if (frame) frames.push(frame);
    }
  }

  /** Goes on to the next part; gives the frame that the last one has made whole. */
  #end(): Frame | undefined {
    const bytes = this.#bytes;
    this.#filled = 0;
    switch (this.#part) {
      case 'prefix': {
        const headerBytes = bytes.readUInt32BE(0);
        if (headerBytes > this.#maxHeaderBytes || bytes.readUInt32BE(4) > this.maxPayloadBytes) {
          throw new ProtocolError('A frame is larger than allowed.');
        }
        this.#part = 'header';
        this.#bytes = Buffer.allocUnsafeSlow(headerBytes);
        return undefined;
      }
      case 'header':
        this.#header = parseHeader(bytes);
        this.#part = 'payload';
        this.#bytes = Buffer.allocUnsafeSlow(this.#prefix.readUInt32BE(4));
        return undefined;
      case 'payload':
        this.#part = 'prefix';
        this.#bytes = this.#prefix;
        return { header: this.#header, payload: bytes };
    }
  }
}

function parseHeader(bytes: Buffer): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(bytes.toString());
  } catch {
    throw new ProtocolError('A header is not JSON.');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw new ProtocolError('A header is not an object.');
  }
  return header as Record<string, unknown>;
}
