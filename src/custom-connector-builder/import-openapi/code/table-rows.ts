import type { TablePlan } from '../plan/plan.types.js';
import { type Entry, literal, memberName, objectCode } from './literals.js';

/** Code of a value that stands so many columns in, behind `used` columns of its line. */
export type CodeAt = (indent: number, used: number) => string;

/**
 * What differs between the tables that one function serves. What is the same for all of them stands
 * in the function itself; the rest in a constant, by the name of the table.
 */
export class TableRows<T> {
  private readonly entries: [name: string, codes: CodeAt[]][] = [];

  constructor(readonly tables: readonly { table: TablePlan; plan: T }[]) {}

  /** Code that gives a value: itself where it is one for all tables, else a member of `table`. */
  vary(name: string, codeOf: (plan: T, table: TablePlan) => CodeAt): CodeAt {
    const codes = this.tables.map(({ plan, table }) => codeOf(plan, table));
    const [first] = codes;
    if (!first || new Set(codes.map((code) => code(0, 0))).size === 1) return first ?? (() => '');
    return this.row(name, codeOf);
  }

  /** Code that reads a value from the table's row, also where it is the same in all. */
  row(name: string, codeOf: (plan: T, table: TablePlan) => CodeAt): CodeAt {
    const codes = this.tables.map(({ plan, table }) => codeOf(plan, table));
    if (!this.entries.some(([known]) => known === name)) {
      // A row begins with where its table is.
      this.entries.splice(name === 'path' ? 0 : this.entries.length, 0, [name, codes]);
    }
    return () => `table.${name}`;
  }

  /** Whether all tables give the same to a question, and what. */
  all(ask: (plan: T, table: TablePlan) => boolean): boolean {
    return this.tables.every(({ plan, table }) => ask(plan, table));
  }

  some(ask: (plan: T, table: TablePlan) => boolean): boolean {
    return this.tables.some(({ plan, table }) => ask(plan, table));
  }

  /** Whether there is a constant. */
  get needed(): boolean {
    return this.entries.length > 0;
  }

  /** The constant; only what the functions before asked for. */
  constant(): string {
    const rows = this.tables.map(({ table }, at): Entry => {
      const members = this.entries.map(([name, codes]): Entry => {
        const code = codes[at];
        return [name, code?.(4, 4 + name.length + 3) ?? 'undefined'];
      });
      const shown = members.filter(([, code]) => code !== 'undefined');
      const used = 2 + memberName(table.kind).length + 3;
      return [table.kind, objectCode(shown, 2, used)];
    });
    return `const TABLES = {\n${rows.map(([name, code]) => `  ${memberName(name ?? '')}: ${code},\n`).join('')}};\n`;
  }
}

/** A value as code that is the same wherever it stands. */
export function same(code: string): CodeAt {
  return () => code;
}

/** Text as code. */
export function textCode(text: string): CodeAt {
  return same(literal(text));
}
