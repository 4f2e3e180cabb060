/** Where a text stops being JSON, and what is wrong there. */
export interface JsonFault {
  /** From 0, in UTF-16 units. */
  position: number;
  detail: string;
}

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or ]' | ', or }' | 'end';

const SPACE = /[ \t\n\r]*/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/y;

const WORDS: Record<Expected, string> = {
  value: 'a value',
  'value or ]': 'a value or "]"',
  key: 'a property name in double quotes',
  'key or }': 'a property name in double quotes or "}"',
  ':': '":"',
  ', or ]': '"," or "]"',
  ', or }': '"," or "}"',
  end: 'the end',
};

/**
 * Finds the first fault of a text that `JSON.parse` refused, since the engine's own messages name
 * no position for most faults; undefined where the text is JSON.
 */
export function locateJsonFault(text: string): JsonFault | undefined {
  // A stack of its own rather than recursion: hostile texts nest deeper than the call stack goes.
  const open: ('[' | '{')[] = [];
  let expected: Expected = 'value';
  let at = 0;
  const afterValue = (): Expected =>
    open.length === 0 ? 'end' : open.at(-1) === '[' ? ', or ]' : ', or }';

  for (;;) {
    at = matchEnd(SPACE, text, at);
    const char = text[at];
    if (char === undefined) break;
    const wantsValue: boolean = expected === 'value' || expected === 'value or ]';
    const wantsKey: boolean = expected === 'key' || expected === 'key or }';
    if (char === '"' && (wantsValue || wantsKey)) {
      const end = stringEnd(text, at);
      if (typeof end !== 'number') return end;
      at = end;
      expected = wantsKey ? ':' : afterValue();
      continue;
    }
    if (wantsValue && (char === '[' || char === '{')) {
      open.push(char);
      expected = char === '[' ? 'value or ]' : 'key or }';
    } else if ((char === ']' || char === '}') && expected.endsWith(char)) {
      open.pop();
      expected = afterValue();
    } else if (char === ',' && expected.startsWith(',')) {
      expected = open.at(-1) === '[' ? 'value' : 'key';
    } else if (char === ':' && expected === ':') {
      expected = 'value';
    } else {
      const end = wantsValue ? matchEnd(SCALAR, text, at) : at;
      if (end === at) return unexpected(text, at, expected);
      at = end;
      expected = afterValue();
      continue;
    }
    at++;
  }
  if (expected === 'end') return undefined;
  return { position: at, detail: `expected ${WORDS[expected]}, found the end` };
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function stringEnd(text: string, start: number): number | JsonFault {
  for (let at = start + 1; at < text.length;) {
    const char = text.charAt(at);
    if (char === '"') return at + 1;
    if (char < ' ') return { position: at, detail: 'a control character inside a string' };
    if (char !== '\\') {
      at++;
      continue;
    }
    const end = matchEnd(ESCAPE, text, at);
    if (end === at) return { position: at, detail: 'an unknown escape inside a string' };
    at = end;
  }
  return { position: text.length, detail: 'a string that does not end' };
}

function unexpected(text: string, position: number, expected: Expected): JsonFault {
  const char = String.fromCodePoint(text.codePointAt(position) ?? 0);
  return { position, detail: `expected ${WORDS[expected]}, found ${JSON.stringify(char)}` };
}
