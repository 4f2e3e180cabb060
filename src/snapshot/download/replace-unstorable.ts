const BACKSLASH_U = Buffer.from('\\u');
/**
 * Each escape of a JSON text by itself, so that a backslash that is escaped begins none: a surrogate
 * pair, else what stands for a character that PostgreSQL can't hold, else any other.
 */
const ESCAPES = /\\(?:ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|(u0000|ud[89a-f][0-9a-f]{2})|[^])/gi;

/**
 * Puts U+FFFD in the place of each NUL and each lone surrogate that stands escaped in a JSON text of
 * UTF-8, where alone it can stand; `replaced` counts them. What has none comes back as it is.
 */
export function replaceUnstorable(json: Buffer): { json: Buffer; replaced: number } {
  // Most batches have no such escape at all, and need not become a string.
  if (!json.includes(BACKSLASH_U)) return { json, replaced: 0 };
  let replaced = 0;
  const text = json.toString().replace(ESCAPES, (escape, unstorable: string | undefined) => {
    if (unstorable === undefined) return escape;
    replaced += 1;
    return '\ufffd';
  });
  return replaced === 0 ? { json, replaced } : { json: Buffer.from(text), replaced };
}
