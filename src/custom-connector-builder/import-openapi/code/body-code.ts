import type { BodyPlan, Place, TablePlan } from '../plan/plan.types.js';
import { arrayCode, type Entry, literal, memberName, objectCode } from './literals.js';
import type { SourceWriter } from './source-writer.js';
import { wrapCode, type Written } from './wrap-code.js';
import { type CodeAt, same } from './table-rows.js';

/** How the fields of a record are put into a body, the plainest way first. */
type Way = 'whole' | 'picked' | 'renamed' | 'placed';
const WAYS: readonly Way[] = ['picked', 'renamed', 'placed'];

/**
 * The code of a write's body, and the headers that go with it. `record` is the code of what is to be
 * written, `current` the variable with the record as it is, where the write replaces it.
 */
export function bodyCode<T extends Written>(
  writer: SourceWriter<T>,
  { record: changes = 'recordData', current }: { record?: string; current?: string } = {},
): { lines: string; code: string; headers: Entry[] } {
  const { rows } = writer;
  const ways = new Set(rows.tables.map(({ plan, table }) => wayOf(plan.body, table)));
  const [only] = ways;
  const way =
    ways.size === 1 ? only : ways.has('whole') ? 'placed' : WAYS.findLast((each) => ways.has(each));
  const record = recordCode(writer, way ?? 'placed', changes, current);
  // With what is kept it is too long for one line.
  const lines = current === undefined ? '' : `  const record = ${record};\n`;
  const wrapped = wrapCode(writer, current === undefined ? record : 'record');
  const isForm = (plan: T): boolean => plan.body.kind === 'form';
  if (rows.some(isForm)) writer.helper('formOf', FORM_OF);
  if (rows.all(isForm)) return { lines, code: `formOf(${wrapped})`, headers: [] };
  if (!rows.some(isForm)) {
    const type = rows.vary('contentType', ({ body }) => same(literal(body.type)))(0, 0);
    return { lines, code: `JSON.stringify(${wrapped})`, headers: [['Content-Type', type]] };
  }
  const encode = rows.vary('encode', (plan) => same(isForm(plan) ? 'formOf' : 'JSON.stringify'))(
    0,
    0,
  );
  const type = rows.vary('contentType', ({ body }) => same(literal(body.type)))(0, 0);
  return { lines, code: `${encode}(${wrapped})`, headers: [['Content-Type', type]] };
}

function wayOf({ places }: BodyPlan, { fields }: TablePlan): Way {
  if (!places) return fields.every(isPlain) ? 'whole' : 'placed';
  if (places.some(({ path, date }) => path.length > 1 || date)) return 'placed';
  return places.every(isPlain) ? 'picked' : 'renamed';
}

/** Whether a field stands in a record under its own name. */
function isPlain({ name, path }: Pick<Place, 'name' | 'path'>): boolean {
  return path.length === 1 && path[0] === name;
}

function recordCode<T extends Written>(
  writer: SourceWriter<T>,
  way: Way,
  changes: string,
  current: string | undefined,
): string {
  const { rows } = writer;
  if (way === 'whole') return current === undefined ? changes : `{ ...${current}, ...recordData }`;
  if (way === 'picked') {
    const names = rows.vary(
      'writable',
      ({ body }) =>
        (indent, used) =>
          arrayCode(
            (body.places ?? []).map(({ name }) => literal(name)),
            indent,
            used,
          ),
    );
    const list = constantOf(writer, 'WRITABLE', names);
    writer.helper('pick', PICK);
    const changed = `pick(${changes}, ${list})`;
    return current === undefined ? changed : `{ ...pick(${current}, ${list}), ...${changed} }`;
  }
  if (way === 'renamed') {
    const names = rows.vary(
      'names',
      ({ body }) =>
        (indent, used) =>
          objectCode(
            (body.places ?? []).map(({ name, path }) => [name, literal(path[0] ?? '')]),
            indent,
            used,
          ),
    );
    writer.helper('rename', RENAME);
    const renamed = `rename(${changes}, ${constantOf(writer, 'NAMES', names)})`;
    return current === undefined ? renamed : `{ ...${keptCode(writer, current)}, ...${renamed} }`;
  }
  const withDates = rows.some(({ body }) => hasDates(body));
  const places = rows.vary('places', ({ body }, table) =>
    placesCode(placesOf(body, table), withDates),
  );
  const list = constantOf(writer, 'PLACES', places);
  writer.helper('place', placeFunction(withDates));
  if (current === undefined) return `place(${changes}, ${list})`;
  return `place(${changes}, ${list}, ${keptCode(writer, current)})`;
}

/** What stays of the present record in a body that replaces it. */
function keptCode<T extends Written>(writer: SourceWriter<T>, current: string): string {
  const keys = writer.rows.vary('kept', ({ body }, table) => (indent, used) => {
    const kept = new Set(placesOf(body, table).map(({ path }) => literal(path[0] ?? '')));
    return arrayCode([...kept], indent, used);
  });
  writer.helper('pick', PICK);
  return `pick(${current}, ${constantOf(writer, 'KEPT', keys)})`;
}

/** Where the document does not say what belongs in a body, all fields go where they came from. */
function placesOf({ places }: BodyPlan, { fields }: TablePlan): Place[] {
  return places ?? fields.map(({ name, path }) => ({ name, path, date: false }));
}

function hasDates({ places }: BodyPlan): boolean {
  return places?.some(({ date }) => date) ?? false;
}

/** A list that is the same for all tables becomes a constant. */
function constantOf<T extends Written>(
  writer: SourceWriter<T>,
  name: string,
  code: CodeAt,
): string {
  const own = code(0, 0);
  if (own.startsWith('table.')) return own;
  writer.helper(name, `const ${name} = ${code(0, name.length + 10)};\n`);
  return name;
}

function placesCode(places: readonly Place[], withDates: boolean): CodeAt {
  return (indent, used) => {
    const entries = places.map(({ name, path, date }): Entry => {
      const steps = arrayCode(path.map(literal), indent + 2, indent + memberName(name).length + 5);
      if (!withDates) return [name, steps];
      return [name, date ? `{ path: ${steps}, isDate: true }` : `{ path: ${steps} }`];
    });
    return objectCode(entries, indent, used);
  };
}

const PICK = `function pick(values, names) {
  const given = names.filter((name) => Object.hasOwn(values, name));
  return Object.fromEntries(given.map((name) => [name, values[name]]));
}
`;

const RENAME = `function rename(values, names) {
  const given = Object.keys(names).filter((name) => Object.hasOwn(values, name));
  return Object.fromEntries(given.map((name) => [names[name], values[name]]));
}
`;

const FORM_OF = `function formOf(values) {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const item of [value].flat()) {
      const isObject = typeof item === 'object' && item !== null;
      form.append(name, isObject ? JSON.stringify(item) : (item ?? ''));
    }
  }
  return form;
}
`;

function placeFunction(hasDate: boolean): string {
  const members = hasDate ? '{ path, isDate }' : 'path';
  const value = hasDate
    ? 'isDate && value !== null ? String(value).slice(0, 10) : value'
    : 'recordData[name]';
  return [
    `function place(recordData, places, body = {}) {`,
    `  for (const [name, ${members}] of Object.entries(places)) {`,
    '    if (!Object.hasOwn(recordData, name)) continue;',
    ...(hasDate ? ['    const value = recordData[name];'] : []),
    '    let at = body;',
    '    for (const key of path.slice(0, -1)) at = at[key] ??= {};',
    `    at[path.at(-1)] = ${value};`,
    '  }',
    '  return body;',
    '}\n',
  ].join('\n');
}
