import type { CallPlan, GetPlan, ListPlan, TablePlan } from '../plan/plan.types.js';
import { dottedPath } from '../plan/records/dotted-path.js';
import type { CodeContext } from './connector-code.types.js';
import {
  arrowCode,
  type Entry,
  literal,
  memberAccess,
  objectCode,
  valueLiteral,
} from './literals.js';
import { type FunctionHead, type Served, SourceWriter } from './source-writer.js';
import { type CodeAt, same } from './table-rows.js';

/** Longer ones leave no room for what comes behind them. */
const MAX_START = 98;

export const NOT_OK =
  '  if (!response.ok) throw new HttpError(response.status, response.url, await response.text());\n';

/** The source of `pollRecords`. */
export function writePollRecords(
  context: CodeContext,
  served: readonly Served<ListPlan>[],
): string {
  const writer = new SourceWriter(context, served, 'lists records');
  const head: FunctionHead = {
    ...{ name: 'pollRecords', kind: 'async function', parameters: ['apiKey'] },
  };
  const url = writer.url();
  if (!writer.rows.some(hasPages)) {
    const records = context.mapsInCode
      ? recordsCode(writer, '(await response.json())')
      : 'response.json()';
    return writer.write(head, `${fetchLines(writer, url)}${NOT_OK}  return ${records};\n`);
  }
  head.kind = 'async function*';
  if (writer.rows.all(hasPages)) return writer.write(head, pageLines(writer, url, 2));
  const single = context.mapsInCode
    ? recordsCode(writer, '(await response.json())')
    : 'response.json()';
  return writer.write(
    head,
    [
      `  const url = ${url};\n`,
      '  if (table.paging) {\n',
      pageLines(writer, 'url', 4),
      '    return;\n',
      '  }\n',
      fetchLines(writer, 'url'),
      NOT_OK,
      `  yield ${single};\n`,
    ].join(''),
  );
}

function hasPages({ paging }: ListPlan): boolean {
  return paging.options.length > 0;
}

/** Yields the pages of a list, or their records where the code maps them. */
function pageLines(writer: SourceWriter<ListPlan>, url: string, indent: number): string {
  const pad = ' '.repeat(indent);
  if (!writer.context.mapsInCode) {
    return `${pad}yield* ${paginateCode(writer, url, indent, indent + 7)};\n`;
  }
  return [
    `${pad}const pages = ${paginateCode(writer, url, indent, indent + 14)};\n`,
    `${pad}for await (const page of pages) {\n`,
    `${pad}  yield ${recordsCode(writer, 'page')};\n`,
    `${pad}}\n`,
  ].join('');
}

/** The call of `paginate` for a list. */
export function paginateCode(
  writer: SourceWriter<ListPlan>,
  url: string,
  indent: number,
  used: number,
): string {
  const { rows, context } = writer;
  const optionsOf = ({ paging }: ListPlan, { records }: TablePlan): Entry[] => {
    const options = paging.options.map(([name, value]): Entry => [name, valueLiteral(value)]);
    // Without a mapping, paginate does not know where the records are.
    const isUntold = context.mapsInCode && records.path.length > 0 && options.length > 0;
    return isUntold ? [...options, ['recordsPath', literal(dottedPath(records.path))]] : options;
  };
  const options = rows.vary('paging', (plan, table): CodeAt => {
    const entries = optionsOf(plan, table);
    if (entries.length === 0) return same('undefined');
    return (depth, before) => objectCode(entries, depth, before);
  });
  const [first] = rows.tables;
  const isInline = options(0, 0) !== 'table.paging' && first !== undefined;
  const own: Entry = ['headers', writer.headers()(indent + 2, indent + 11)];
  const entries: Entry[] = isInline
    ? [...optionsOf(first.plan, first.table), own]
    : [[undefined, '...table.paging'], own];
  const start = `paginate(${url}, `;
  return `${start}${objectCode(entries, indent, used + start.length + 2)})`;
}

/** The records of a page as `{ id, fields }`. */
function recordsCode<T extends CallPlan>(writer: SourceWriter<T>, page: string): string {
  const { rows } = writer;
  const list = rows.vary('records', (_, { records }) =>
    same(arrowCode('(page)', listCode('page', records.path))),
  )(0, 0);
  const found =
    list === 'table.records'
      ? `table.records(${page})`
      : inParentheses(listCode(page, rows.tables[0]?.table.records.path ?? []));
  const keyed = rows.some((_, { id }) => id === undefined);
  if (!keyed) {
    return `${found}.map((record) => ({ id: ${idCode(writer)}, fields: record }))`;
  }
  writer.helper('recordsOf', RECORDS_OF);
  const id = rows.vary('id', (_, table) =>
    same(table.id === undefined ? 'undefined' : literal(table.id)),
  )(0, 0);
  return `recordsOf(${found}, ${id})`;
}

/** A list that an answer leaves out is an empty one. */
export function listCode(page: string, path: readonly string[]): string {
  return path.length === 0 ? page : `${memberAccess(page, path)} ?? []`;
}

function inParentheses(code: string): string {
  return code.includes(' ?? ') ? `(${code})` : code;
}

/** Code that reads the id of `record`. */
function idCode<T extends CallPlan>({ rows }: SourceWriter<T>): string {
  const name = rows.vary('id', (_, { id }) => same(id === undefined ? 'undefined' : literal(id)))(
    0,
    0,
  );
  if (name === 'table.id') return 'record[table.id]';
  return memberAccess('record', [rows.tables[0]?.table.id ?? 'id']);
}

const RECORDS_OF = `function recordsOf(list, id) {
  return Object.entries(list).map(([key, record]) => ({
    id: id === undefined ? key : record[id],
    fields: record,
  }));
}
`;

/** The source of `getRecord`. */
export function writeGetRecord(context: CodeContext, served: readonly Served<GetPlan>[]): string {
  const writer = new SourceWriter(context, served, 'reads one record');
  const lines = [
    fetchLines(writer, writer.url('recordId')),
    '  if (response.status === 404) return null;\n',
    NOT_OK,
    context.mapsInCode ? mappedLines(writer) : answerLines(writer),
  ];
  return writer.write(
    { name: 'getRecord', kind: 'async function', parameters: ['recordId', 'apiKey'] },
    lines.join(''),
  );
}

function answerLines(writer: SourceWriter<GetPlan>): string {
  const { before, code } = answerCode(writer);
  return before === '' && code === '(await response.json())'
    ? '  return response.json();\n'
    : `${before}  return ${code};\n`;
}

function mappedLines(writer: SourceWriter<GetPlan>): string {
  const { before, code } = answerCode(writer);
  const id = writer.rows.some((_, table) => table.id === undefined) ? 'recordId' : idCode(writer);
  const record = code.replace(/^\((await response\.json\(\))\)$/, '$1');
  return `${before}  const record = ${record};\n  return { id: ${id}, fields: record };\n`;
}

/** Code of the record in an answer, and the lines that it needs before. */
function answerCode({ rows }: SourceWriter<GetPlan>): { before: string; code: string } {
  const envelopes = new Set(rows.tables.map(({ plan }) => plan.envelope.join('/')));
  const [only] = rows.tables;
  if (envelopes.size === 1 && only) {
    return { before: '', code: memberAccess('(await response.json())', only.plan.envelope) };
  }
  rows.vary('envelope', ({ envelope }) =>
    same(envelope[0] === undefined ? 'undefined' : literal(envelope[0])),
  );
  return {
    before: '  const answer = await response.json();\n',
    code: 'table.envelope ? answer[table.envelope] : answer',
  };
}

/** `const response = await fetch(...)`, with whatever the request needs. */
export function fetchLines<T extends CallPlan>(
  writer: SourceWriter<T>,
  url: string,
  before: readonly Entry[] = [],
  more: { headers?: readonly Entry[]; after?: readonly Entry[] } = {},
): string {
  const long = `  const response = await fetch(${url}, `.length > MAX_START;
  const start = `  const response = await fetch(${long ? 'url' : url}, `;
  const entries: Entry[] = [
    ...before,
    ['headers', writer.headers(more.headers)(4, 13)],
    ...(more.after ?? []),
  ];
  const address = long ? `  const url = ${url};\n` : '';
  return `${address}${start}${objectCode(entries, 2, start.length + 2)});\n`;
}
