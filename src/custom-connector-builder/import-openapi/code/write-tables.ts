import type { ListPlan, TablePlan } from '../plan/plan.types.js';
import type { CodeContext } from './connector-code.types.js';
import { arrayCode, arrowCode, type Entry, literal, objectCode } from './literals.js';
import { type Served, SourceWriter } from './source-writer.js';
import { same } from './table-rows.js';
import { fetchLines, listCode, NOT_OK, paginateCode } from './write-reads.js';

/** What records are called by, the best first. */
const LABELS = [
  'name',
  'title',
  'display_name',
  'displayName',
  'friendly_name',
  'friendlyName',
  'label',
];

/**
 * The source of `listTables` for a connector in which tables lie in others: those without parents
 * are named, the others are found by reading the records that hold them.
 */
export function writeListTables(context: CodeContext): string {
  const { tables } = context;
  const holders = tables.flatMap((table): Served<ListPlan>[] =>
    heldBy(table, tables).length > 0 ? [{ table, plan: table.list }] : [],
  );
  const writer = new SourceWriter(context, holders, 'lists tables');
  const { rows } = writer;
  const url = writer.url();
  rows.row('records', (_, { records }) =>
    same(arrowCode('(page)', listCode('page', records.path))),
  );
  rows.row('label', (_, table) => same(labelOf(table)));
  rows.row('holds', (_, table) => (indent, used) => {
    const held = heldBy(table, tables).map(({ name, value }) =>
      objectCode(
        [
          ['name', literal(name)],
          ['key', literal(value)],
        ],
        indent + 2,
        indent + 2,
      ),
    );
    return arrayCode(held, indent, used);
  });
  writer.helper('recordsOf', recordsFunction(writer, url));
  const roots = tables
    .filter(({ parents }) => parents.length === 0)
    .map((table) =>
      objectCode(
        [
          ['id', `[${literal(table.name)}]`],
          ['displayName', literal(table.name)],
        ],
        4,
        4,
      ),
    );
  const body = `  const tables = ${arrayCode(roots, 2, 19)};
  // Grows while it is gone through: what a record holds may hold further tables.
  for (const { id, displayName } of tables) {
    const kind = id.filter((_, at) => at % 2 === 0).join('/');
    if (!Object.hasOwn(TABLES, kind)) continue;
    const table = { ...TABLES[kind], parents: parentsOf(id) };
    for await (const record of recordsOf(table, apiKey)) {
      for (const { name, key } of table.holds) {
        const label = record[table.label] ?? record[key];
        tables.push({
          id: [...id, String(record[key]), name],
          displayName: \`\${displayName} / \${label} / \${name}\`,
        });
      }
    }
  }
  return tables;
`;
  writer.helper('parentsOf', PARENTS_OF);
  return writer.write(
    { name: 'listTables', kind: 'async function', parameters: ['apiKey'], findsTable: false },
    body,
  );
}

const PARENTS_OF = `function parentsOf(tableId) {
  return tableId.filter((_, at) => at % 2 === 1).map(encodeURIComponent);
}
`;

function recordsFunction(writer: SourceWriter<ListPlan>, url: string): string {
  const isPaged = ({ paging }: ListPlan): boolean => paging.options.length > 0;
  const each = 'for await (const page of pages) yield* table.records(page);\n';
  const pages = (indent: number): string => {
    const pad = ' '.repeat(indent);
    const call = paginateCode(writer, writer.rows.all(isPaged) ? url : 'url', indent, indent + 14);
    return `${pad}const pages = ${call};\n${pad}${each}`;
  };
  const one = (address: string): string =>
    `${fetchLines(writer, address)}${NOT_OK}  yield* table.records(await response.json());\n`;
  const lines = (): string => {
    if (writer.rows.all(isPaged)) return pages(2);
    if (!writer.rows.some(isPaged)) return one(url);
    const paged = `  if (table.paging) {\n${pages(4)}    return;\n  }\n`;
    return `  const url = ${url};\n${paged}${one('url')}`;
  };
  return `async function* recordsOf(table, apiKey) {\n${lines()}}\n`;
}

function heldBy(table: TablePlan, tables: readonly TablePlan[]): { name: string; value: string }[] {
  return tables.flatMap(({ name, parents }) => {
    const parent = parents.at(-1);
    return parent?.table.kind === table.kind ? [{ name, value: parent.value }] : [];
  });
}

function labelOf({ fields, id }: TablePlan): string {
  const names = new Set(
    fields.filter(({ type }) => type === 'text').map(({ path }) => path.join('\0')),
  );
  return literal(LABELS.find((label) => names.has(label)) ?? id ?? 'id');
}

/** The source of `fetchSchema`, for a connector without mappings. */
export function writeFetchSchema({ tables }: CodeContext): string {
  const rows = tables.map(({ kind, fields }): Entry => {
    const columns = fields.map(({ name, type }): Entry => [name, literal(type)]);
    return [kind, objectCode(columns, 2, kind.length + 6)];
  });
  return `const COLUMNS = ${objectCode(rows, 0, 1000)};

async function fetchSchema(apiKey, tableId) {
  const kind = tableId.filter((_, at) => at % 2 === 0).join('/');
  if (!Object.hasOwn(COLUMNS, kind)) throw new Error(\`There is no table \${tableId.join(' / ')}.\`);
  return Object.entries(COLUMNS[kind]).map(([id, type]) => ({ id, displayName: id, type }));
}
`;
}
