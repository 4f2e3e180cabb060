import { setImmediate as turn } from 'node:timers/promises';
import type { KeyFinder } from './text-finder.js';

/** Bytes that are searched before other work gets its turn. */
const sliceBytes = 64 * 1024;
const slowSliceBytes = 16 * 1024;
/** Likewise, things that are replaced. */
const maxReplaced = 200;

/** A text with everything replaced that the finders find, one finder after the other. */
export function replaceFound(text: string, finders: readonly KeyFinder[]): string {
  let result = text;
  for (const finder of finders) {
    let written = '';
    let done = 0;
    for (let hit = finder.find(result, 0); hit; hit = finder.find(result, done)) {
      written += result.slice(done, hit.start) + hit.text;
      done = hit.end;
    }
    if (done > 0) result = written + result.slice(done);
  }
  return result;
}

/**
 * A body with everything replaced that the finders find; the same object where that is nothing. It
 * goes slice by slice, so that a large body never holds up the service.
 */
export async function replaceInBody(
  body: Uint8Array,
  finders: readonly KeyFinder[],
): Promise<Uint8Array> {
  let result = body;
  for (const finder of await likelyFinders(body, finders)) {
    result = await replaceOne(result, finder);
  }
  return result;
}

async function likelyFinders(body: Uint8Array, finders: readonly KeyFinder[]) {
  const likely = new Set<KeyFinder>();
  for (let at = 0; at < body.byteLength && likely.size < finders.length; at += sliceBytes) {
    if (at > 0) await turn();
    for (const finder of finders) {
      if (!likely.has(finder) && finder.mayStandIn(sliceOf(body, at, sliceBytes, finder)))
        likely.add(finder);
    }
  }
  return finders.filter((finder) => likely.has(finder));
}

async function replaceOne(body: Uint8Array, finder: KeyFinder): Promise<Uint8Array> {
  const size = finder.isSlow ? slowSliceBytes : sliceBytes;
  const pieces: Uint8Array[] = [];
  let changed = false;
  let at = 0;
  while (at < body.byteLength) {
    if (at > 0) await turn();
    const slice = sliceOf(body, at, size, finder);
    const piece = finder.mayStandIn(slice) ? rewrite(slice, size, finder) : undefined;
    const end = Math.min(body.byteLength, at + (piece?.replaced ?? size));
    pieces.push(piece?.bytes ?? body.subarray(at, end));
    changed ||= piece !== undefined;
    at = end;
  }
  return changed ? joined(pieces) : body;
}

/**
 * Rewrites what begins in a slice, or the first part of it; `replaced` is how many bytes of the body
 * that was, which may be more than the slice has. Undefined where there is nothing to rewrite.
 */
function rewrite(slice: Buffer, size: number, finder: KeyFinder) {
  const text = slice.toString('latin1');
  let written = '';
  let done = 0;
  let hit = finder.find(text, 0);
  let count = 0;
  while (hit && hit.start < size && count < maxReplaced) {
    count += 1;
    written += text.slice(done, hit.start) + hit.text;
    done = hit.end;
    hit = finder.find(text, done);
  }
  if (done === 0) return undefined;
  const replaced = count < maxReplaced ? Math.max(size, done) : done;
  return { bytes: Buffer.from(written + text.slice(done, replaced), 'latin1'), replaced };
}

/** With what comes after it, as far as a finding that begins in the slice can reach. */
function sliceOf(body: Uint8Array, at: number, size: number, finder: KeyFinder): Buffer {
  const length = Math.min(size + finder.reach, body.byteLength - at);
  return Buffer.from(body.buffer, body.byteOffset + at, length);
}

/** In an own buffer: one of Node's pool would show what lies beside it. */
function joined(pieces: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}
