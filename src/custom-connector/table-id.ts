/** The one text that names a table: its id parts joined by `:`, with `%` and `:` in them escaped. */
export function joinTableId(parts: readonly string[]): string {
  return parts.map((part) => part.replaceAll('%', '%25').replaceAll(':', '%3A')).join(':');
}

/** The id parts of a table's `wsId`; null where the text is none. */
export function splitTableId(wsId: string): string[] | null {
  if (wsId === '' || /%(?!25|3A)/.test(wsId)) return null;
  return wsId.split(':').map((part) => part.replaceAll('%3A', ':').replaceAll('%25', '%'));
}
