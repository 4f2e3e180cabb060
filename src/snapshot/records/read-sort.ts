import { Prisma } from '../../db/generated/client.js';
import type { CopiedColumn } from '../snapshot.types.js';
import { comparisonOf, effectiveValue, typedValue, type Comparison } from './typed-value.js';

/** By what records are ordered before their ids: the effective values of a field, nulls last. */
export interface Sort {
  field: string;
  isDescending: boolean;
  comparison: Comparison;
}

/** Reads `?sort=`: a field, behind a `-` where descending. */
export function readSort(text: string, columns: readonly CopiedColumn[] | null): Sort {
  const typeOf = (field: string) => columns?.find(({ name }) => name === field)?.type;
  // A field's own name may begin with a `-`.
  const isDescending = text.startsWith('-') && typeOf(text) === undefined;
  const field = isDescending ? text.slice(1) : text;
  return { field, isDescending, comparison: comparisonOf(typeOf(field)) };
}

/**
 * What a record `x` is ordered by. It has to fit into a cursor: of a text the first 250 characters count,
 * and other values whose text is longer than 1,000 characters stand with the nulls.
 */
export function sortKey({ field, comparison }: Sort): Prisma.Sql {
  const key = typedValue(comparison, effectiveValue(field));
  switch (comparison) {
    case 'text':
    case 'timestamp':
      return Prisma.sql`left(${key}, 250) collate "C"`;
    case 'boolean':
      return key;
    case 'numeric':
      return Prisma.sql`(select case when length(s.k::text) <= 1000 then s.k end
        from (select ${key} as k offset 0) s)`;
    case 'jsonb':
      return Prisma.sql`(select case
          when jsonb_typeof(s.k) = 'string' then to_jsonb(left(s.k #>> '{}', 250))
          when length(s.k::text) <= 1000 then s.k end
        from (select ${key} as k offset 0) s)`;
  }
}
