import type { CallPlan, TablePlan } from '../plan/plan.types.js';
import type { CodeContext } from './connector-code.types.js';
import { arrowCode, type Entry, literal, objectCode } from './literals.js';
import { parentNames, pathLiteral, pathTemplate } from './paths.js';
import { type CodeAt, same, TableRows } from './table-rows.js';

/** A table, and what is planned for it in one function. */
export interface Served<T> {
  table: TablePlan;
  plan: T;
}

/** How a function begins, up to what says for which table it is called. */
export interface FunctionHead {
  name: string;
  kind: 'async function' | 'async function*';
  parameters: string[];
  /** Whether it is called for a table; true where it is absent. */
  findsTable?: boolean;
}

const NO_KEY_HEADERS = 'HEADERS';
const NO_TABLE = { parameters: [], lines: '' };

/** Writes the source of one function: what it needs of constants and helpers, then itself. */
export class SourceWriter<T extends CallPlan> {
  readonly rows: TableRows<T>;
  private readonly helpers = new Map<string, string>();
  private usesPlainHeaders = false;
  private usesKeyHeaders = false;
  private usesKeyInUrl = false;

  constructor(
    readonly context: CodeContext,
    served: readonly Served<T>[],
    /** What the function does, for the error of a table that it does not serve. */
    private readonly purpose: string,
  ) {
    this.rows = new TableRows(served);
  }

  /** Whether some tables lie in others; then they are listed by code, and any id may be asked for. */
  private get isNested(): boolean {
    return this.context.tables.some(({ parents }) => parents.length > 0);
  }

  /** Adds a function or a constant before the function itself; once for each name. */
  helper(name: string, code: string): void {
    this.helpers.set(name, code);
  }

  /** Code of the URL of a call; `record` is the code of the record's id, for calls about one. */
  url(record?: string): string {
    const { tables } = this.rows;
    const [only] = tables;
    const { isNested } = this;
    let code: string;
    if (tables.length === 1 && only && !isNested) {
      const values = record === undefined ? [] : [`encodeURIComponent(${record})`];
      code = `\`\${BASE_URL}${pathTemplate(only.plan, values)}\``;
    } else if (record === undefined && !isNested) {
      code = `BASE_URL + ${this.rows.vary('path', (plan) => same(pathLiteral(plan)))(0, 0)}`;
    } else {
      this.rows.row('path', (plan, table) => pathFunction(plan, table, record !== undefined));
      const values = [
        ...(isNested ? ['...table.parents'] : []),
        ...(record === undefined ? [] : [`encodeURIComponent(${record})`]),
      ];
      code = `BASE_URL + table.path(${values.join(', ')})`;
    }
    if (this.context.credential?.kind !== 'query' || this.rows.all(({ open }) => open)) return code;
    this.usesKeyInUrl = true;
    return `withKey(${code}, ${this.rows.some(({ open }) => open) ? this.openOr('undefined', 'apiKey') : 'apiKey'})`;
  }

  /** Code of the headers of a call, with further ones. */
  headers(more: readonly Entry[] = []): CodeAt {
    const base = this.baseHeaders();
    const fixed = this.rows.vary('headers', ({ fixed: { headers } }) => (indent, used) => {
      if (headers.length === 0) return 'undefined';
      return objectCode(
        headers.map(([name, value]) => [name, literal(value)]),
        indent,
        used,
      );
    });
    const extra = fixed(0, 0);
    if (extra === 'undefined' && more.length === 0) return same(base);
    return (indent, used) => {
      const entries: Entry[] = [[undefined, `...${base.includes(' ') ? `(${base})` : base}`]];
      if (extra !== 'undefined') entries.push([undefined, `...${fixed(indent, used)}`]);
      return objectCode([...entries, ...more], indent, used);
    };
  }

  private baseHeaders(): string {
    const { credential } = this.context;
    const inHeaders = credential !== undefined && credential.kind !== 'query';
    if (!inHeaders || this.rows.all(({ open }) => open)) {
      this.usesPlainHeaders = true;
      return NO_KEY_HEADERS;
    }
    this.usesKeyHeaders = true;
    if (!this.rows.some(({ open }) => open)) return 'headers(apiKey)';
    this.usesPlainHeaders = true;
    return this.openOr(NO_KEY_HEADERS, 'headers(apiKey)');
  }

  /** Code that gives the one for tables that are read without a key, the other for the rest. */
  private openOr(open: string, keyed: string): string {
    this.rows.vary('isOpen', (plan) => same(plan.open ? 'true' : 'undefined'));
    return `table.isOpen ? ${open} : ${keyed}`;
  }

  /** The whole source; `body` are the lines of the function, by their own indentation. */
  write(head: FunctionHead, body: string): string {
    const { parameters, lines } = head.findsTable === false ? NO_TABLE : this.tableLines();
    const all = [...head.parameters, ...parameters].join(', ');
    const helpers = [...this.helpers.values()];
    const parts = [`const BASE_URL = ${literal(this.context.baseUrl)};\n`];
    if (this.usesPlainHeaders) {
      const accept = objectCode([['Accept', literal(this.context.accept)]], 0, 18);
      parts.push(`const ${NO_KEY_HEADERS} = ${accept};\n`);
    }
    parts.push(...helpers.filter(isConstant));
    if (this.rows.needed) parts.push(this.rows.constant());
    if (this.usesKeyHeaders) parts.push(this.headersFunction());
    if (this.usesKeyInUrl) parts.push(this.keyFunction());
    parts.push(...helpers.filter((helper) => !isConstant(helper)));
    parts.push(`${head.kind} ${head.name}(${all}) {\n${lines}${body}}\n`);
    return grouped(parts);
  }

  /** How the function finds the row of its table, where it has rows. */
  private tableLines(): { parameters: string[]; lines: string } {
    const served = this.rows.tables;
    const all = served.length === this.context.tables.length;
    const { tables } = this.context;
    if (this.isNested) {
      this.helper('tableOf', tableOf(this.purpose));
      return { parameters: ['tableId'], lines: '  const table = tableOf(tableId);\n' };
    }
    if (tables.length === 1) return { parameters: [], lines: '' };
    const complaint = `throw new Error(\`\${name} has no operation that ${this.purpose}.\`);`;
    if (this.rows.needed) {
      const check = all ? '' : `  if (!table) ${complaint}\n`;
      return { parameters: ['[name]'], lines: `  const table = TABLES[name];\n${check}` };
    }
    if (all) return { parameters: [], lines: '' };
    const names = served.map(({ table }) => `name !== ${literal(table.name)}`);
    return { parameters: ['[name]'], lines: `  if (${names.join(' && ')}) ${complaint}\n` };
  }

  private headersFunction(): string {
    const { credential, accept } = this.context;
    const entries: Entry[] = [['Accept', literal(accept)]];
    if (credential?.kind === 'bearer') entries.push(['Authorization', '`Bearer ${apiKey}`']);
    if (credential?.kind === 'basic') entries.push(['Authorization', '`Basic ${btoa(apiKey)}`']);
    if (credential?.kind === 'header') entries.push([credential.name, 'apiKey']);
    if (credential?.kind === 'cookie')
      entries.push([
        'Cookie',
        `\`${credential.name.replaceAll('`', '\\`').replaceAll('$', '\\$')}=\${apiKey}\``,
      ]);
    return `function headers(apiKey) {\n  return ${objectCode(entries, 2, 10)};\n}\n`;
  }

  private keyFunction(): string {
    const { credential } = this.context;
    const name = credential && 'name' in credential ? credential.name : '';
    const mixed = this.rows.some(({ open }) => open);
    return [
      'function withKey(address, apiKey) {',
      '  const url = new URL(address);',
      `  ${mixed ? 'if (apiKey !== undefined) ' : ''}url.searchParams.set(${literal(name)}, apiKey);`,
      '  return url;',
      '}\n',
    ].join('\n');
  }
}

/** Parts of an id are in turn the names of tables and the ids of the records that hold them. */
function tableOf(purpose: string): string {
  return `function tableOf(tableId) {
  const kind = tableId.filter((_, at) => at % 2 === 0).join('/');
  if (!Object.hasOwn(TABLES, kind)) {
    throw new Error(\`\${tableId.join(' / ')} has no operation that ${purpose}.\`);
  }
  const parents = tableId.filter((_, at) => at % 2 === 1).map(encodeURIComponent);
  return { ...TABLES[kind], parents };
}
`;
}

function pathFunction(plan: CallPlan, table: TablePlan, isItem: boolean): CodeAt {
  const names = [...parentNames(table.parents.length), ...(isItem ? ['id'] : [])];
  const path = names.length === 0 ? pathLiteral(plan) : `\`${pathTemplate(plan, names)}\``;
  return (indent, used) => arrowCode(`(${names.join(', ')})`, path, indent, used);
}

function isConstant(code: string): boolean {
  return code.startsWith('const ');
}

/** Constants of one line stand together; around all else there is an empty line. */
function grouped(parts: readonly string[]): string {
  return parts.reduce((source, part, at) => {
    const before = parts[at - 1] ?? '';
    const isLine = (text: string): boolean => /^const [^\n]*\n$/.test(text);
    return source + (at === 0 || (isLine(before) && isLine(part)) ? '' : '\n') + part;
  }, '');
}
