import { PathSyntaxError } from '../mapping.errors.js';
import { type Step, stepOf } from './read-path.js';

const DIGITS = /^(?:0|[1-9]\d{0,15})$/;
const NAME = /[^.[\]]+/y;
const INDEX = /\[(0|[1-9]\d{0,15})\]/y;
const QUOTED = /\[(?:"((?:[^"\\]|\\[^])*)"|'((?:[^'\\]|\\[^])*)')\]/y;
const ESCAPE = /\\(?:u([\dA-Fa-f]{4})|([^]))/g;
const ESCAPED: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * Parses `data.items`, `a.b[0]`, `["odd.key"]` or `['x']`; the empty path is the root. Inside
 * quotes the escapes are JSON's, and `\'`. Throws PathSyntaxError.
 */
export function parseDottedPath(path: string): Step[] {
  const steps: Step[] = [];
  let at = 0;
  while (at < path.length) {
    if (path[at] === '[') {
      const [step, end] = bracket(path, at);
      steps.push(step);
      at = end;
      continue;
    }
    if (path[at] === '.' && at > 0) at++;
    else if (at > 0) throw new PathSyntaxError('expected "." or "["', at);
    NAME.lastIndex = at;
    const name = NAME.exec(path)?.[0];
    if (name === undefined) throw new PathSyntaxError('expected a name', at);
    steps.push(stepOf(name, DIGITS.test(name) ? Number(name) : undefined));
    at += name.length;
  }
  return steps;
}

function bracket(path: string, at: number): [step: Step, end: number] {
  INDEX.lastIndex = at;
  const index = INDEX.exec(path);
  if (index) return [stepOf(undefined, Number(index[1])), INDEX.lastIndex];
  QUOTED.lastIndex = at;
  const quoted = QUOTED.exec(path);
  if (quoted) {
    const text = quoted[1] ?? quoted[2] ?? '';
    return [stepOf(unescape(text, at + 2), undefined), QUOTED.lastIndex];
  }
  throw new PathSyntaxError('expected an index as [0] or a quoted name as ["x"]', at);
}

function unescape(text: string, start: number): string {
  return text.replace(
    ESCAPE,
    (_, code: string | undefined, char: string | undefined, at: number) => {
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      const escaped = ESCAPED[char ?? ''];
      if (escaped !== undefined) return escaped;
      if (char !== undefined && '"\'\\/'.includes(char)) return char;
      throw new PathSyntaxError('unknown escape', start + at);
    },
  );
}
