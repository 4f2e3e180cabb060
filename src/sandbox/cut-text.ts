/** The caps, in bytes of UTF-8, of a line of a run's log and of a message that a run ended with. */
export const LOG_TEXT_BYTES = 2_048;
export const MESSAGE_BYTES = 2_048;

/**
 * Text out of a sandbox as it may be kept: at most `maxBytes` of UTF-8, an ellipsis included where
 * something was cut off, with neither NUL nor lone surrogates, which PostgreSQL can't hold.
 */
export function cutText(text: string, maxBytes: number): string {
  // A character takes a byte at least: what is beyond need not be looked at.
  const clean = text
    .slice(0, maxBytes + 1)
    .replaceAll('\0', '\ufffd')
    .toWellFormed();
  if (clean.length === text.length && Buffer.byteLength(clean) <= maxBytes) return clean;
  const room = maxBytes - Buffer.byteLength('…');
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  // As a stream, the half of a character at the end is left out.
  return `${decoder.decode(Buffer.from(clean).subarray(0, room), { stream: true })}…`;
}
