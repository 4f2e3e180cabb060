import type { CallPlan, GetPlan, ListPlan } from '../plan/plan.types.js';
import type { CodeContext } from './connector-code.types.js';
import { type Entry, literal, memberAccess, objectCode, valueLiteral } from './literals.js';
import { type Served, SourceWriter } from './source-writer.js';
import { type CodeAt, same } from './table-rows.js';

export const NOT_OK =
  '  if (!response.ok) throw new HttpError(response.status, response.url, await response.text());\n';

/** The source of `pollRecords`. */
export function writePollRecords(
  context: CodeContext,
  served: readonly Served<ListPlan>[],
): string {
  const writer = new SourceWriter(context, served, 'lists records');
  const { rows } = writer;
  const url = writer.url();
  const paged = rows.some(({ paging }) => paging.options.length > 0);
  if (!paged) {
    const body = fetchLines(writer, url) + NOT_OK + '  return response.json();\n';
    return writer.write(
      { name: 'pollRecords', kind: 'async function', parameters: ['apiKey'] },
      body,
    );
  }
  const options = rows.vary('paging', ({ paging }) => pagingCode(paging.options));
  const isInline = options(0, 0) !== 'table.paging';
  const mixed = rows.some(({ paging }) => paging.options.length === 0);
  const headers = writer.headers();
  const indent = mixed ? 4 : 2;
  const pad = ' '.repeat(indent);
  const start = `${pad}yield* paginate(${mixed ? 'url' : url}, `;
  const own: Entry[] = [['headers', headers(indent + 2, indent + 11)]];
  const entries: Entry[] = isInline
    ? [...inlineOptions(served), ...own]
    : [[undefined, '...table.paging'], ...own];
  const page = `${start}${objectCode(entries, indent, start.length + 2)});\n`;
  const head = { name: 'pollRecords', kind: 'async function*', parameters: ['apiKey'] };
  if (!mixed) return writer.write(head, page);
  return writer.write(
    head,
    [
      `  const url = ${url};\n`,
      '  if (table.paging) {\n',
      page,
      '    return;\n',
      '  }\n',
      fetchLines(writer, 'url'),
      NOT_OK,
      '  yield response.json();\n',
    ].join(''),
  );
}

/** The source of `getRecord`. */
export function writeGetRecord(context: CodeContext, served: readonly Served<GetPlan>[]): string {
  const writer = new SourceWriter(context, served, 'reads one record');
  const lines = [
    fetchLines(writer, writer.url('recordId')),
    '  if (response.status === 404) return null;\n',
    NOT_OK,
    answerLines(writer),
  ];
  return writer.write(
    { name: 'getRecord', kind: 'async function', parameters: ['recordId', 'apiKey'] },
    lines.join(''),
  );
}

function answerLines({ rows }: SourceWriter<GetPlan>): string {
  const envelopes = new Set(rows.tables.map(({ plan }) => plan.envelope.join('/')));
  const [only] = rows.tables;
  if (envelopes.size === 1 && only) {
    if (only.plan.envelope.length === 0) return '  return response.json();\n';
    return `  return ${memberAccess('(await response.json())', only.plan.envelope)};\n`;
  }
  rows.vary('envelope', ({ envelope }) =>
    same(envelope[0] === undefined ? 'undefined' : literal(envelope[0])),
  );
  return [
    '  const answer = await response.json();\n',
    '  return table.envelope ? answer[table.envelope] : answer;\n',
  ].join('');
}

/** `const response = await fetch(...)`, with whatever the request needs. */
export function fetchLines<T extends CallPlan>(
  writer: SourceWriter<T>,
  url: string,
  before: readonly Entry[] = [],
  more: { headers?: readonly Entry[]; after?: readonly Entry[]; variable?: string } = {},
): string {
  const start = `  const ${more.variable ?? 'response'} = await fetch(${url}, `;
  const entries = (indent: number): Entry[] => [
    ...before,
    ['headers', writer.headers(more.headers)(indent, indent + 9)],
    ...(more.after ?? []),
  ];
  return `${start}${objectCode(entries(4), 2, start.length + 2)});\n`;
}

function pagingCode(options: ListPlan['paging']['options']): CodeAt {
  if (options.length === 0) return same('undefined');
  return (indent, used) =>
    objectCode(
      options.map(([name, value]) => [name, valueLiteral(value)]),
      indent,
      used,
    );
}

function inlineOptions(served: readonly Served<ListPlan>[]): Entry[] {
  const options = served[0]?.plan.paging.options ?? [];
  return options.map(([name, value]) => [name, valueLiteral(value)]);
}
