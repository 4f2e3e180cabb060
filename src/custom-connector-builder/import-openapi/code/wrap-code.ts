import type { BodyPlan, CallPlan } from '../plan/plan.types.js';
import { type Entry, memberName, objectCode, valueLiteral } from './literals.js';
import type { SourceWriter } from './source-writer.js';
import type { CodeAt } from './table-rows.js';

/** The plan of a call that has a body. */
export type Written = CallPlan & { body: BodyPlan };

/** Code of a body: a record, `record` in code, with what is around it. */
export function wrapCode<T extends Written>(writer: SourceWriter<T>, record: string): string {
  const { rows } = writer;
  const wraps = rows.tables.map(({ plan }) => wrapped(plan.body, 'body')(0, 0));
  const [only] = rows.tables;
  if (new Set(wraps).size === 1 && only) {
    return wrapped(only.plan.body, record)(4, '    body: JSON.stringify()),'.length);
  }
  rows.vary('wrap', ({ body }) => (indent, used) => {
    const code = wrapped(body, 'body')(indent, used + '(body) => ()'.length);
    return `(body) => ${code === 'body' ? code : `(${code})`}`;
  });
  return `table.wrap(${record})`;
}

/** A record inside of what is around it, beside what always has one value. */
function wrapped({ wrapper, constants }: BodyPlan, record: string): CodeAt {
  const at =
    (depth: number): CodeAt =>
    (indent, used) => {
      const entries = constants
        .filter(({ path }) => path.length === depth + 1)
        .map(({ path, value }): Entry => [path.at(-1), valueLiteral(value)]);
      const name = wrapper[depth];
      if (name === undefined) {
        if (entries.length === 0) return record;
        return objectCode([...entries, [undefined, `...${record}`]], indent, used);
      }
      const line = objectCode([...entries, [name, at(depth + 1)(0, -1000)]], indent, used);
      if (!line.includes('\n')) return line;
      const inner = at(depth + 1)(indent + 2, indent + memberName(name).length + 5);
      return objectCode([...entries, [name, inner]], indent, 1000);
    };
  return at(0);
}
