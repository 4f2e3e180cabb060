import type { CallPlan, CreatePlan, TablePlan, UpdatePlan } from '../plan/plan.types.js';
import { bodyCode } from './body-code.js';
import type { CodeContext } from './connector-code.types.js';
import { type Entry, literal, memberAccess } from './literals.js';
import { type FunctionHead, type Served, SourceWriter } from './source-writer.js';
import { same } from './table-rows.js';
import { fetchLines, NOT_OK } from './write-reads.js';

/** The source of `createRecord`. */
export function writeCreateRecord(
  context: CodeContext,
  served: readonly Served<CreatePlan>[],
): string {
  const writer = new SourceWriter(context, served, 'creates records');
  const { code, headers } = bodyCode(writer);
  const lines = [
    fetchLines(writer, writer.url(), [['method', "'POST'"]], { headers, after: [['body', code]] }),
    notOk("'POST'"),
    idLines(writer),
  ];
  return writer.write(
    { name: 'createRecord', kind: 'async function', parameters: ['recordData', 'apiKey'] },
    lines.join(''),
  );
}

/** The source of `updateRecord`. */
export function writeUpdateRecord(
  context: CodeContext,
  served: readonly Served<UpdatePlan>[],
): string {
  const writer = new SourceWriter(context, served, 'updates a record');
  const { rows } = writer;
  const method = rows.vary('method', methodCode)(0, 0);
  const url = writer.url('recordId');
  const merges = served.filter(({ plan, table }) => replaces(plan, table));
  const head: FunctionHead = {
    name: 'updateRecord',
    kind: 'async function',
    parameters: ['recordId', 'recordData', 'apiKey'],
  };
  const before: Entry[] = [['method', method]];
  if (merges.length === 0) {
    const { code, headers } = bodyCode(writer);
    const request = fetchLines(writer, url, before, { headers, after: [['body', code]] });
    return writer.write(head, request + notOk(method));
  }
  const all = merges.length === served.length;
  const { code, headers } = bodyCode(writer, 'current');
  if (!all)
    rows.vary('replaces', (plan, table) => same(replaces(plan, table) ? 'true' : 'undefined'));
  const envelope = envelopeCode(writer);
  const current = [
    '  // PUT replaces a record: what does not change is sent as it is.\n',
    all
      ? `  const current = await currentOf(url, apiKey${envelope.argument});\n`
      : `  const current = table.replaces ? await currentOf(url, apiKey${envelope.argument}) : {};\n`,
  ];
  const read = fetchLines(writer, 'url');
  writer.helper(
    'currentOf',
    `async function currentOf(url, apiKey${envelope.parameter}) {\n${read}${NOT_OK}${envelope.lines}}\n`,
  );
  const request = fetchLines(writer, 'url', before, { headers, after: [['body', code]] });
  return writer.write(head, `  const url = ${url};\n${current.join('')}${request}${notOk(method)}`);
}

/** The source of `deleteRecord`. */
export function writeDeleteRecord(
  context: CodeContext,
  served: readonly Served<CallPlan>[],
): string {
  const writer = new SourceWriter(context, served, 'deletes a record');
  const request = fetchLines(writer, writer.url('recordId'), [['method', "'DELETE'"]]);
  return writer.write(
    { name: 'deleteRecord', kind: 'async function', parameters: ['recordId', 'apiKey'] },
    request + notOk("'DELETE'"),
  );
}

function methodCode({ operation }: CallPlan) {
  return same(literal(operation.method.toUpperCase()));
}

/** Whether a record must be read first, for what is not sent would be lost. */
function replaces({ operation }: UpdatePlan, { get }: TablePlan): boolean {
  return operation.method === 'put' && get !== undefined;
}

function notOk(method: string): string {
  return [
    '  if (!response.ok) {\n',
    `    throw new HttpError(response.status, response.url, await response.text(), ${method});\n`,
    '  }\n',
  ].join('');
}

/** How the present record is taken out of the answer that it comes in. */
function envelopeCode({ rows }: SourceWriter<UpdatePlan>) {
  const names = rows.tables.map(({ table }) => table.get?.envelope ?? []);
  const kinds = new Set(names.map((each) => each.join('/')));
  const [first = []] = names;
  if (kinds.size === 1) {
    const answer =
      first.length === 0 ? 'response.json()' : memberAccess('(await response.json())', first);
    return { argument: '', parameter: '', lines: `  return ${answer};\n` };
  }
  rows.vary('envelope', (_, { get }) =>
    same(get?.envelope[0] === undefined ? 'undefined' : literal(get.envelope[0])),
  );
  const lines = [
    '  const answer = await response.json();\n',
    '  return envelope ? answer[envelope] : answer;\n',
  ];
  return { argument: ', table.envelope', parameter: ', envelope', lines: lines.join('') };
}

/** What gives the id of a new record. */
function idLines(writer: SourceWriter<CreatePlan>): string {
  const { rows } = writer;
  const kinds = new Set(rows.tables.map(({ plan }) => JSON.stringify(plan.id)));
  const [only] = rows.tables;
  const usesLocation = rows.some(({ id }) => id.from === 'location');
  if (usesLocation) writer.helper('idInLocation', ID_IN_LOCATION);
  if (kinds.size === 1 && only) return `  return ${idCode(only.plan.id)};\n`;
  rows.vary('idOf', ({ id }) => same(`async (response, recordData) => ${idCode(id)}`));
  return '  return table.idOf(response, recordData);\n';
}

function idCode(id: CreatePlan['id']): string {
  if (id.from === 'answer') return memberAccess('(await response.json())', id.path);
  return id.from === 'location' ? 'idInLocation(response)' : memberAccess('recordData', [id.name]);
}

const ID_IN_LOCATION = `function idInLocation(response) {
  const location = response.headers.get('Location');
  if (location === null) throw new Error('The answer does not name the new record.');
  const { pathname } = new URL(location, response.url);
  return decodeURIComponent(pathname.split('/').at(-1));
}
`;
