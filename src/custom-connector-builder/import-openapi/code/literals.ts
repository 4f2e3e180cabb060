/** The width of a line of generated code. */
const WIDTH = 100;

/** Text as a literal of JavaScript, in which nothing of it is code; quoted as Prettier does. */
export function literal(text: string): string {
  const escaped = escapeText(JSON.stringify(text).slice(1, -1));
  const singles = text.split("'").length;
  const doubles = text.split('"').length;
  if (singles > doubles) return `"${escaped}"`;
  return `'${escaped.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** Text as a part of a template literal. */
export function templateText(text: string): string {
  const escaped = escapeText(JSON.stringify(text).slice(1, -1)).replaceAll('\\"', '"');
  return escaped.replaceAll('`', '\\`').replaceAll('${', '\\${');
}

/** A scalar as a literal. */
export function valueLiteral(value: string | number | boolean): string {
  return typeof value === 'string' ? literal(value) : String(value);
}

/** What JSON leaves as it is, and no page or editor should take for something else. */
function escapeText(json: string): string {
  return json
    .replace(
      /[\u007f-\u009f\u00ad\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g,
      (char) => {
        return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
      },
    )
    .replaceAll('</', '<\\/');
}

/** The name of a member of an object literal, quoted only where it must be. */
export function memberName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
}

/** A member of an object literal: a name and its code; without a name a spread or a shorthand. */
export type Entry = [name: string | undefined, code: string];

/**
 * An object literal on one line where it fits behind `used` columns, else with a line for each
 * member, indented by `indent` more.
 */
export function objectCode(entries: readonly Entry[], indent: number, used: number): string {
  if (entries.length === 0) return '{}';
  const names = quotedNames(entries);
  const members = entries.map(([, code], at) => {
    const name = names[at];
    return name === undefined || (name === code && !/^['"]/.test(code)) ? code : `${name}: ${code}`;
  });
  const line = `{ ${members.join(', ')} }`;
  if (used + line.length <= WIDTH && !line.includes('\n')) return line;
  const pad = ' '.repeat(indent + 2);
  return `{\n${members.map((member) => `${pad}${member},\n`).join('')}${' '.repeat(indent)}}`;
}

/** An array literal on one line where it fits, else with a line for each element. */
export function arrayCode(elements: readonly string[], indent: number, used: number): string {
  const line = `[${elements.join(', ')}]`;
  // Prettier gives objects of several members a line each.
  const areObjects = elements.length > 1 && elements.every((each) => /^\{[^\n]*, /.test(each));
  if (used + line.length <= WIDTH && !line.includes('\n') && !areObjects) return line;
  const pad = ' '.repeat(indent + 2);
  return `[\n${elements.map((element) => `${pad}${element},\n`).join('')}${' '.repeat(indent)}]`;
}

/** An arrow function, its value on the next line where both don't fit into one. */
export function arrowCode(parameters: string, value: string, indent = 0, used = 0): string {
  const line = `${parameters} => ${value}`;
  if (used + line.length < WIDTH) return line;
  return `${parameters} =>\n${' '.repeat(indent + 2)}${value}`;
}

function quotedNames(entries: readonly Entry[]): (string | undefined)[] {
  return entries.map(([name]) => (name === undefined ? undefined : memberName(name)));
}

/** Code that reads a member: `value.name`, or `value['odd name']`. */
export function memberAccess(value: string, names: readonly string[]): string {
  return names.reduce((code, name) => {
    return /^[A-Za-z_$][\w$]*$/.test(name) ? `${code}.${name}` : `${code}[${literal(name)}]`;
  }, value);
}
