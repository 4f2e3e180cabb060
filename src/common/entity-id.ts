/**
 * The one text that names a table, a column or a record by its parts: joined by `:`, with `%` and
 * `:` inside a part written as `%25` and `%3A`.
 */
export function joinId(parts: readonly string[]): string {
  return parts.map((part) => part.replaceAll('%', '%25').replaceAll(':', '%3A')).join(':');
}

/** The parts of an id that `joinId` made; null where the text is none. */
export function splitId(id: string): string[] | null {
  if (id === '' || /%(?!25|3A)/.test(id)) return null;
  return id.split(':').map((part) => part.replaceAll('%3A', ':').replaceAll('%25', '%'));
}
