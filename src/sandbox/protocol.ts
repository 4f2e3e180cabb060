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

/**
 * Takes the bytes of a stream as they come and gives its frames. Throws a ProtocolError as soon as
 * a length is over its cap, before the bytes are there, and at a header that is not a JSON object.
 */
export class FrameDecoder {
  /** Cap of a payload, which the receiver sets to what it is ready to take at the time. */
  maxPayloadBytes: number;
  readonly #maxHeaderBytes: number;
  #chunks: Buffer[] = [];
  #held = 0;

  constructor(maxPayloadBytes: number, maxHeaderBytes = MAX_HEADER_BYTES) {
    this.maxPayloadBytes = maxPayloadBytes;
    this.#maxHeaderBytes = maxHeaderBytes;
  }

  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): Frame | undefined {
    if (this.#held < PREFIX_BYTES) return undefined;
    const prefix = this.#front(PREFIX_BYTES);
    const headerBytes = prefix.readUInt32BE(0);
    const payloadBytes = prefix.readUInt32BE(4);
    if (headerBytes > this.#maxHeaderBytes || payloadBytes > this.maxPayloadBytes) {
      throw new ProtocolError('A frame is larger than allowed.');
    }
    const total = PREFIX_BYTES + headerBytes + payloadBytes;
    if (this.#held < total) return undefined;
    const bytes = this.#front(total);
    const rest = bytes.subarray(total);
    this.#chunks[0] = rest;
    if (rest.length === 0) this.#chunks.shift();
    this.#held -= total;
    const headerEnd = PREFIX_BYTES + headerBytes;
    return {
      header: parseHeader(bytes.subarray(PREFIX_BYTES, headerEnd)),
      payload: bytes.subarray(headerEnd, total),
    };
  }

  /** The first chunk, made to hold at least `bytes`. Joins no chunk that is not needed. */
  #front(bytes: number): Buffer {
    let count = 0;
    let length = 0;
    while (length < bytes) length += this.#chunks[count++]?.length ?? bytes;
    if (count > 1) this.#chunks.unshift(Buffer.concat(this.#chunks.splice(0, count)));
    return this.#chunks[0] ?? Buffer.alloc(0);
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
