/**
 * For each place of a word in a JSON text, in order, how many strings it is nested in: 1 in a plain
 * string, 2 in a string of JSON that stands in a string, and so on. The word has nothing that
 * JSON escapes. What is no valid JSON counts as 1.
 */
export function nestingOf(text: string, word: string): number[] {
  const depths: number[] = [];
  let at = text.indexOf(word);
  while (at >= 0) {
    const end = stringEnd(text, at + word.length);
    const token = text.slice(stringStart(text, at), end);
    const count = token.split(word).length - 1;
    const inner = nestingInside(token, word);
    for (let index = 0; index < count; index += 1) {
      depths.push(1 + (inner.length === count ? (inner[index] ?? 0) : 0));
    }
    at = text.indexOf(word, end);
  }
  return depths;
}

function nestingInside(token: string, word: string): number[] {
  const value = parsed(token);
  if (typeof value !== 'string') return [];
  const inner = parsed(value);
  const isNested = typeof inner === 'string' || (typeof inner === 'object' && inner !== null);
  return isNested ? nestingOf(value, word) : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function stringStart(text: string, at: number): number {
  let quote = text.lastIndexOf('"', at);
  while (quote > 0 && isEscaped(text, quote)) quote = text.lastIndexOf('"', quote - 1);
  return Math.max(0, quote);
}

function stringEnd(text: string, at: number): number {
  let quote = text.indexOf('"', at);
  while (quote >= 0 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote < 0 ? text.length : quote + 1;
}

function isEscaped(text: string, at: number): boolean {
  let start = at;
  while (text[start - 1] === '\\') start -= 1;
  return (at - start) % 2 === 1;
}
