import { Prisma } from '../../db/generated/client.js';
import { ExactNumber } from '../../json/exact-number.js';
import { writeJson } from '../../json/write-json.js';
import type { Condition } from './read-filter.js';
import {
  comparisonOf,
  effectiveValue,
  typedText,
  typedValue,
  type Comparison,
} from './typed-value.js';

type Sql = Prisma.Sql;

/** What a condition asks of a record `x`; it is true or false, never null. */
export function filterSql(condition: Condition): Sql {
  const value = effectiveValue(condition.field);
  switch (condition.op) {
    case 'is_null':
      return Prisma.sql`((${value}) is null) = ${condition.value === true}::boolean`;
    case 'contains':
      return isTrue(containsSql(condition, value));
    case 'eq':
      return isTrue(comparedSql(condition, value, Prisma.sql`=`));
    case 'ne':
      return Prisma.sql`not ${isTrue(comparedSql(condition, value, Prisma.sql`=`))}`;
    case 'lt':
      return isTrue(comparedSql(condition, value, Prisma.sql`<`));
    case 'gt':
      return isTrue(comparedSql(condition, value, Prisma.sql`>`));
  }
}

function isTrue(condition: Sql): Sql {
  return Prisma.sql`coalesce(${condition}, false)`;
}

function comparedSql({ op, type, value: sought }: Condition, value: Sql, operator: Sql): Sql {
  const comparison =
    type === 'jsonb' && op !== 'eq' && op !== 'ne' ? orderOf(sought) : comparisonOf(type);
  const [text, isRight] = [textOf(comparison, sought), rightType(comparison, type, value)];
  return Prisma.sql`(case when ${isRight}
    then ${typedValue(comparison, value)} ${operator} ${typedText(comparison, text)} end)`;
}

/** In a jsonb column numbers are compared with numbers, and texts with texts. */
function orderOf(sought: unknown): Comparison {
  return typeof sought === 'string' ? 'text' : 'numeric';
}

function rightType(comparison: Comparison, type: Condition['type'], value: Sql): Sql {
  return comparison === 'text' && type === 'jsonb'
    ? Prisma.sql`jsonb_typeof(${value}) = 'string'`
    : Prisma.sql`true`;
}

function textOf(comparison: Comparison, sought: unknown): string {
  if (comparison === 'jsonb') return writeJson(sought);
  return sought instanceof ExactNumber ? sought.source : String(sought);
}

function containsSql({ type, isKnown, value: sought }: Condition, value: Sql): Sql {
  const part = Prisma.sql`${writeJson(sought)}::jsonb`;
  if (type.endsWith('[]')) {
    return Prisma.sql`(jsonb_typeof(${value}) = 'array' and (${value}) @> jsonb_build_array(${part}))`;
  }
  if (type !== 'text') return Prisma.sql`((${value}) @> ${part})`;
  const inText = Prisma.sql`position(
    lower(${String(sought)}::text) in lower((${value}) #>> '{}')) > 0`;
  if (isKnown) return Prisma.sql`(${inText})`;
  // Of an unknown column the value may be a text or a list.
  return Prisma.sql`(case jsonb_typeof(${value})
    when 'string' then ${inText}
    when 'array' then (${value}) @> jsonb_build_array(${part}) end)`;
}
