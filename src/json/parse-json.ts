import { type CarefulNumber, findExactNumbers, isMarker } from './find-exact-numbers.js';
import { locateJsonFault } from './locate-json-fault.js';
import { MalformedJsonError } from './json.errors.js';

const decoder = new TextDecoder();

/**
 * `JSON.parse` without loss: an integer beyond ±(2^53-1), and any other number whose value a double
 * would change, becomes an ExactNumber. Bytes are UTF-8, with or without a byte order mark. Throws
 * MalformedJsonError.
 */
export function parseJson(input: string | Uint8Array): unknown {
  const text = typeof input === 'string' ? input : decoder.decode(input);
  const numbers = findExactNumbers(text);
  try {
    if (numbers.length === 0) return JSON.parse(text);
    return putBack(JSON.parse(withMarkers(text, numbers)), numbers);
  } catch (error) {
    throw malformed(text, error);
  }
}

/**
 * Writes the k-th number as k times the smallest subnormal. A string can't pass for such a marker,
 * and neither can a number: whatever lies in the subnormal range is replaced by a marker itself.
 */
function withMarkers(text: string, numbers: CarefulNumber[]): string {
  let marked = '';
  let copied = 0;
  numbers.forEach(({ start, end }, index) => {
    marked += text.slice(copied, start) + String((index + 1) * Number.MIN_VALUE);
    copied = end;
  });
  return marked + text.slice(copied);
}

/** Not a reviver of `JSON.parse`, which recurses and so can overflow the stack. */
function putBack(root: unknown, numbers: CarefulNumber[]): unknown {
  const holder = [root];
  const pending: object[] = [holder];
  for (let container = pending.pop(); container; container = pending.pop()) {
    // Assigning is safe for the key `__proto__` too, for the property is there as an own one.
    const slots = container as Record<string, unknown>;
    for (const key in slots) {
      const value = slots[key];
      if (typeof value === 'object' && value !== null) pending.push(value);
      else if (typeof value === 'number' && isMarker(value)) {
        slots[key] = numbers[value / Number.MIN_VALUE - 1]?.original;
      }
    }
  }
  return holder[0];
}

function malformed(text: string, error: unknown): unknown {
  const fault = error instanceof SyntaxError ? locateJsonFault(text) : undefined;
  if (!fault) return error;
  const before = text.slice(0, fault.position).split(/\r\n|[\r\n]/);
  const column = (before.at(-1)?.length ?? 0) + 1;
  return new MalformedJsonError(fault.detail, fault.position, before.length, column);
}
