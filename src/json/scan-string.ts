export const [QUOTE, BACKSLASH] = [0x22, 0x5c] as const;
const SMALL_U = 0x75;

/** What may stand behind a backslash, but for `u`. */
const ESCAPED = byteTable('"\\/bfnrt');
const HEX = byteTable('0123456789abcdefABCDEF');
/** What ends the plain part of a string: a quote, a backslash, and what may not stand in one. */
const ENDS_PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte === QUOTE || byte === BACKSLASH ? 1 : 0,
);

const WORD = 4;
/** Asked for once: in a context of `node:vm`, each look at a global costs more than all the rest. */
const { clz32 } = Math;

/** The first byte from here on that ends the plain part of a string. */
export function endOfPlain(bytes: Uint8Array, view: DataView, from: number): number {
  let at = from;
  for (const lastWord = bytes.length - WORD; at <= lastWord; at += WORD) {
    const ends = endsIn(view.getInt32(at, true));
    if (ends !== 0) return at + ((31 - clz32(ends & -ends)) >> 3);
  }
  while (ENDS_PLAIN[bytes[at] as number] === 0) at++;
  return at;
}

/**
 * Of four bytes, the first being the lowest, the highest bit of each that ends the plain part of a
 * string. Such a byte is told by whether taking something from it borrows, so that only the lowest of
 * these bits is sure (S. E. Anderson, "Bit Twiddling Hacks", on a zero byte in a word).
 */
function endsIn(word: number): number {
  const quote = word ^ 0x22222222;
  const backslash = word ^ 0x5c5c5c5c;
  const isEither = ((quote - 0x01010101) & ~quote) | ((backslash - 0x01010101) & ~backslash);
  const isBelowSpace = (word - 0x20202020) & ~word;
  return (isEither | isBelowSpace) & 0x80808080;
}

/** Behind the quote that ends a string, from its first byte that is not plain; -1 where none does. */
export function endOfString(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    while (ENDS_PLAIN[bytes[at] as number] === 0) at++;
    if (bytes[at] === QUOTE) return at + 1;
    if (bytes[at] !== BACKSLASH) return -1;
    const escaped = bytes[at + 1] as number;
    at += 2;
    if (ESCAPED[escaped] === 1) continue;
    if (escaped !== SMALL_U) return -1;
    for (const end = at + 4; at < end; at++) if (HEX[bytes[at] as number] !== 1) return -1;
  }
}

/** Of all bytes, 1 for those of some characters. */
export function byteTable(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}
