const MOST_CHARACTERS = 255;

/** The words of a name in lower case: `createdAt`, `created_at` and `Created at` have the same two. */
export function wordsOf(name: string): string[] {
  return name
    .slice(0, MOST_CHARACTERS)
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** Words that are written in capitals. */
const ACRONYMS = new Set([
  ...[
    'api',
    'csv',
    'css',
    'ean',
    'gid',
    'gps',
    'html',
    'http',
    'iban',
    'id',
    'ip',
    'isbn',
    'iso',
    'json',
  ],
  ...['pdf', 'sid', 'sku', 'sms', 'uid', 'upc', 'uri', 'url', 'utc', 'uuid', 'vat', 'vip', 'xml'],
]);

/** A name as people read it: `created_at` becomes `Created at`; one that has spaces is left as it is. */
export function humanise(name: string): string {
  const words = wordsOf(name);
  if (/\s/.test(name.trim()) || words.length === 0) return name;
  const text = words.map((word) => (ACRONYMS.has(word) ? word.toUpperCase() : word)).join(' ');
  return text.replace(/^./u, (first) => first.toUpperCase());
}
