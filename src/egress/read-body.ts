import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { EgressError, isEgressError } from './egress.errors.js';

/**
 * Reads a body to its end and undoes one content coding: gzip, deflate or br; any other stays as
 * it is. `onBytes` is told of each piece that comes out, and ends the reading by a throw; the
 * source is destroyed then.
 */
export async function readBody(
  source: Readable,
  coding: string,
  host: string,
  onBytes: (count: number) => void,
): Promise<Uint8Array> {
  try {
    const iterator = source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    const first = await iterator.next();
    if (first.done === true) return new Uint8Array();
    const decoder = decoderOf(coding, first.value);
    const input = prepend(first.value, iterator);
    return await collect(decoder ? decode(input, decoder, host) : input, onBytes);
  } finally {
    source.destroy();
  }
}

/** Whether `readBody` undoes this content coding. */
export function isDecoded(coding: string): boolean {
  return /^(x-gzip|gzip|deflate|br)$/.test(coding);
}

function decoderOf(coding: string, firstBytes: Uint8Array): Transform | undefined {
  if (coding === 'gzip' || coding === 'x-gzip') return createGunzip();
  if (coding === 'br') return createBrotliDecompress();
  if (coding !== 'deflate') return undefined;
  // Some servers leave out the zlib header, whose first byte ends in 8 (RFC 1950, 2.2).
  return ((firstBytes[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw();
}

async function* prepend(first: Uint8Array, rest: AsyncIterator<Uint8Array>) {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
    yield next.value;
  }
}

async function* decode(input: AsyncIterable<Uint8Array>, decoder: Transform, host: string) {
  let broken: { error: unknown } | undefined;
  async function* watched() {
    try {
      yield* input;
    } catch (error) {
      broken = { error };
      throw error;
    }
  }
  try {
    // The loop below meets the same error as the callback.
    pipeline(Readable.from(watched()), decoder, () => undefined);
    yield* decoder as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (broken) throw broken.error;
    if (isEgressError(error)) throw error;
    throw new EgressError('remote.bad_response', `${host} sent a body that can't be decompressed`);
  } finally {
    decoder.destroy();
  }
}

async function collect(pieces: AsyncIterable<Uint8Array>, onBytes: (count: number) => void) {
  const kept: Uint8Array[] = [];
  let total = 0;
  for await (const piece of pieces) {
    onBytes(piece.byteLength);
    kept.push(piece);
    total += piece.byteLength;
  }
  // An own buffer: one of Node's pool would show what lies beside it.
  const body = new Uint8Array(total);
  let offset = 0;
  for (const piece of kept) {
    body.set(piece, offset);
    offset += piece.byteLength;
  }
  return body;
}
