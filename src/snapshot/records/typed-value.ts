import { Prisma } from '../../db/generated/client.js';
import type { PgType } from '../../mapping/mapping.types.js';

type Sql = Prisma.Sql;

/** How values are compared: lists by their order as jsonb. */
export type Comparison = 'text' | 'numeric' | 'boolean' | 'timestamp' | 'jsonb';

/** The comparison of a column's type; of an unknown column that of jsonb. */
export function comparisonOf(type: PgType | undefined): Comparison {
  return type === undefined || type.endsWith('[]') ? 'jsonb' : (type as Comparison);
}

/**
 * A field of the record `x` as it is with what is staged, as jsonb; null where it is absent or null. Of a
 * record that is staged to be deleted it is the copied one.
 */
export function effectiveValue(field: string): Sql {
  return Prisma.sql`nullif(coalesce(
    case when x.op <> 'delete' then x.edits -> ${field}::text end, x.copied -> ${field}::text
  ), 'null'::jsonb)`;
}

/**
 * A jsonb value as what it is compared by; null where it is of another type. The cast is never reached
 * by a text that it would fail on: `case` keeps its order, and what is longer than numeric holds has
 * more than 15,000 characters or a larger exponent.
 */
export function typedValue(comparison: Comparison, value: Sql): Sql {
  switch (comparison) {
    case 'text':
      return Prisma.sql`(((${value}) #>> '{}') collate "C")`;
    // Without the Z a longer fraction of the same second comes behind a shorter one.
    case 'timestamp':
      return Prisma.sql`((select case when jsonb_typeof(s.v) = 'string' then rtrim(s.v #>> '{}', 'Z') end
        from (select ${value} as v offset 0) s) collate "C")`;
    case 'boolean':
      return Prisma.sql`(select case when jsonb_typeof(s.v) = 'boolean' then s.v::boolean end
        from (select ${value} as v offset 0) s)`;
    case 'numeric':
      return Prisma.sql`(select case
          when jsonb_typeof(s.v) = 'number' then s.v::numeric
          when jsonb_typeof(s.v) = 'string' and length(s.v #>> '{}') <= 15000 and s.v #>> '{}' ~
            '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE]([+]?[0-9]{1,5}|-[0-9]{1,3}))?$'
          then (s.v #>> '{}')::numeric end
        from (select ${value} as v offset 0) s)`;
    case 'jsonb':
      return value;
  }
}

/** A text as the type that a comparison works on. */
export function typedText(comparison: Comparison, text: string): Sql {
  switch (comparison) {
    case 'text':
      return Prisma.sql`${text}::text`;
    case 'timestamp':
      return Prisma.sql`rtrim(${text}::text, 'Z')`;
    case 'boolean':
      return Prisma.sql`${text}::boolean`;
    case 'numeric':
      return Prisma.sql`${text}::numeric`;
    case 'jsonb':
      return Prisma.sql`${text}::jsonb`;
  }
}
