import type { CallPlan, CreatePlan, TablePlan, UpdatePlan } from '../plan/plan.types.js';
import { bodyCode } from './body-code.js';
import type { CodeContext } from './connector-code.types.js';
import { type Entry, literal, memberAccess, objectCode } from './literals.js';
import { type FunctionHead, type Served, SourceWriter } from './source-writer.js';
import { same } from './table-rows.js';
import { fetchLines } from './write-reads.js';

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
  const record = recordCode(writer);
  if (merges.length === 0) {
    const { code, headers } = bodyCode(writer, { record });
    const request = fetchLines(writer, url, before, { headers, after: [['body', code]] });
    return writer.write(head, request + notOk(method));
  }
  const changes = record === 'recordData' ? record : 'changes';
  const body = bodyCode(writer, { record: changes, current: 'current' });
  writer.helper('currentOf', CURRENT_OF);
  const call = `await currentOf(url, ${writer.headers()(0, 0)}${envelopeCode(writer)})`;
  const all = merges.length === served.length;
  if (!all) {
    rows.vary('replaces', (plan, table) => same(replaces(plan, table) ? 'true' : 'undefined'));
  }
  const lines = [
    `  const url = ${url};\n`,
    '  // PUT replaces a record: what does not change is sent as it is.\n',
    `  const current = ${all ? call : `table.replaces ? ${call} : {}`};\n`,
    record === changes ? '' : `  const changes = ${record};\n`,
    body.lines,
    fetchLines(writer, 'url', before, { headers: body.headers, after: [['body', body.code]] }),
    notOk(method),
  ];
  return writer.write(head, lines.join(''));
}

/** Code of what changes, with the id where the remote wants it in the body as well. */
function recordCode({ rows }: SourceWriter<UpdatePlan>): string {
  const idOf = ({ body }: UpdatePlan): string => {
    if (!body.id) return 'undefined';
    const value = body.id.isNumber ? 'Number(id)' : 'id';
    return `(id) => (${objectCode([[body.id.name, value]], 0, 0)})`;
  };
  const [only] = rows.tables;
  const ids = new Set(rows.tables.map(({ plan }) => idOf(plan)));
  if (ids.size > 1) {
    rows.vary('idIn', (plan) => same(idOf(plan)));
    return '{ ...recordData, ...table.idIn?.(recordId) }';
  }
  const id = only?.plan.body.id;
  if (!id) return 'recordData';
  const value = id.isNumber ? 'Number(recordId)' : 'recordId';
  return objectCode(
    [
      [undefined, '...recordData'],
      [id.name, value],
    ],
    0,
    0,
  );
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
  if (operation.method !== 'put' || !get) return false;
  return get.operation.path === operation.path && get.fixed.query.length === 0;
}

function notOk(method: string): string {
  return [
    '  if (!response.ok) {\n',
    `    throw new HttpError(response.status, response.url, await response.text(), ${method});\n`,
    '  }\n',
  ].join('');
}

/** The further argument of `currentOf` that says where in the answer the record is. */
function envelopeCode({ rows }: SourceWriter<UpdatePlan>): string {
  if (!rows.some((_, { get }) => get?.envelope[0] !== undefined)) return '';
  const name = rows.vary('envelope', (_, { get }) =>
    same(get?.envelope[0] === undefined ? 'undefined' : literal(get.envelope[0])),
  );
  return `, ${name(0, 0)}`;
}

const CURRENT_OF = `async function currentOf(url, headers, envelope) {
  const response = await fetch(url, { headers });
  if (!response.ok) throw new HttpError(response.status, response.url, await response.text());
  const answer = await response.json();
  return envelope === undefined ? answer : answer[envelope];
}
`;

/** What gives the id of a new record. */
function idLines(writer: SourceWriter<CreatePlan>): string {
  const { rows } = writer;
  const kinds = new Set(rows.tables.map(({ plan }) => JSON.stringify(plan.id)));
  const [only] = rows.tables;
  const usesLocation = rows.some(({ id }) => id.from === 'location');
  if (usesLocation) writer.helper('idInLocation', ID_IN_LOCATION);
  if (kinds.size === 1 && only) return `  return ${idCode(only.plan.id)};\n`;
  rows.vary('idOf', ({ id }) => same(`${ID_PARAMETERS[id.from]} => ${idCode(id)}`));
  return '  return table.idOf(response, recordData);\n';
}

function idCode(id: CreatePlan['id']): string {
  if (id.from === 'answer') return memberAccess('(await response.json())', id.path);
  return id.from === 'location' ? 'idInLocation(response)' : memberAccess('recordData', [id.name]);
}

const ID_PARAMETERS = {
  answer: 'async (response)',
  location: '(response)',
  record: '(_, recordData)',
} satisfies Record<CreatePlan['id']['from'], string>;

const ID_IN_LOCATION = `function idInLocation(response) {
  const location = response.headers.get('Location');
  if (location === null) throw new Error('The answer does not name the new record.');
  const { pathname } = new URL(location, response.url);
  return decodeURIComponent(pathname.split('/').at(-1));
}
`;
