import { isAscii } from 'node:buffer';

/**
 * From this length on, Node keeps a text of one byte a character outside of V8's heap (EXTERN_APEX in
 * its string_bytes.cc). To make one inside takes several times as long, for V8 maps fresh pages for it.
 */
const OUTSIDE_FROM = 0xfbee9 + 1;
/** Shorter ones are made in a moment either way. */
const WORTH_IT = OUTSIDE_FROM / 8;

const SPACE = 0x20;
const decoder = new TextDecoder();
const room = Buffer.alloc(OUTSIDE_FROM, SPACE);
let used = 0;

/**
 * The text of a JSON body: UTF-8, with or without a byte order mark. It may end in spaces that the
 * body does not have, which mean nothing in JSON.
 */
export function decodeJson(body: Uint8Array): string {
  const { length } = body;
  const isSmall = length < WORTH_IT || length >= OUTSIDE_FROM;
  if (isSmall || !isAscii(body)) return decoder.decode(body);
  room.set(body);
  room.fill(SPACE, length, Math.max(used, length));
  used = length;
  return room.toString('latin1');
}
