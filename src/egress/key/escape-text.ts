/** UTF-8 bytes as a string of one character a byte, which is how bodies are searched and changed. */
export function asBytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** As text stands inside a JSON string; `depth` times for a JSON string inside JSON strings. */
export function escapeJson(text: string, depth = 1): string {
  let escaped = text;
  for (let level = 0; level < depth; level += 1) escaped = JSON.stringify(escaped).slice(1, -1);
  return escaped;
}

/** As text stands in a URL's path or query. The URL parser would write `'` in two ways. */
export function escapePercent(text: string): string {
  return encodeURIComponent(text).replaceAll("'", '%27');
}

/** As text stands in a form (application/x-www-form-urlencoded): a space is `+`. */
export function escapeForm(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
