import { Prisma } from '../../db/generated/client.js';
import { filterSql } from './filter-sql.js';
import type { Condition } from './read-filter.js';
import { sortKey, type Sort } from './read-sort.js';
import type { Position } from './record-cursor.js';
import {
  CONFLICTS,
  IN_ORDER_OF_IDS,
  JOIN_AS_A_WHOLE,
  ofState,
  recordParts,
  STATE,
  type RecordSource,
  type RecordState,
} from './record-source.js';
import { typedText } from './typed-value.js';

type Sql = Prisma.Sql;
const { sql } = Prisma;

/** Which records of a table, and in which order. */
export interface RecordList {
  state: RecordState | null;
  conditions: readonly Condition[];
  /** Null: by their ids alone. */
  sort: Sort | null;
}

export interface PageRange {
  after: Position | null;
  limit: number;
  /** Fields as CSV has them: the effective value of each column, as text. Absent: as JSON. */
  cells?: readonly string[];
}

/** A record of a page. The texts are JSON. */
export interface PageRow {
  id: string;
  state: RecordState;
  copied: string | null;
  edits: string | null;
  conflicts: string | null;
  cells: (string | null)[] | null;
  /** What it is sorted by, as text. */
  key: string | null;
  /** Records of the page and one beyond, whether or not there was room for them. */
  found: number;
}

const MIB = 1024 * 1024;
/** What a page holds of text at most, beside its first record. */
const MOST_TEXT = 16 * MIB;
/** As stored, before it is known how long the texts are: keeps the database from writing all of them. */
const MOST_STORED = 64 * MIB;

/** To be asked before a page or a count of a list. */
export function planningOf({ state, conditions, sort }: RecordList): Sql {
  const takesMost = conditions.length === 0 && (state === null || state === 'clean');
  return sort === null && takesMost ? IN_ORDER_OF_IDS : JOIN_AS_A_WHOLE;
}

/**
 * The statement that gives a page as PageRows: up to `limit` records, fewer where their texts come to
 * 16 MiB, at least one where there is any.
 */
export function pageSql(source: RecordSource, list: RecordList, range: PageRange): Sql {
  const { limit, after, cells } = range;
  const order = orderOf(list.sort);
  const parts = recordParts(source, list.state).map(
    (part) => sql`(
      select * from ${candidates(part, list, after)} order by ${order} limit ${limit + 1}::int)`,
  );
  const shown = cells
    ? sql`null::text as copied, null::text as edits, null::text as conflicts, array(
        select case when x.op is distinct from 'delete'
            then coalesce(x.copied, '{}') || coalesce(x.edits, '{}') else x.copied end ->> c.name
        from unnest(${[...cells]}::text[]) with ordinality as c (name, place) order by c.place
      ) as cells`
    : sql`coalesce(x.copied::text, '{}') as copied, ${CONFLICTS}::text as conflicts,
        case when x.op <> 'delete' then x.edits::text else '{}' end as edits, null::text[] as cells`;
  return sql`
    with page as materialized (
      select * from (${Prisma.join(parts, ' union all ')}) x order by ${order} limit ${limit + 1}::int
    ), stored as materialized (
      select x.*, row_number() over so_far as place,
        sum(coalesce(pg_column_size(x.copied), 0) + coalesce(pg_column_size(x.edits), 0))
          over so_far as bytes
      from page x window so_far as (order by ${order} rows unbounded preceding)
    ), texts as materialized (
      select x.id, ${STATE} as state, x.place, x.key::text as key, ${shown} from stored x
      where x.place = 1 or x.place <= ${limit}::int and x.bytes <= ${MOST_STORED}::int
    ), sized as (
      select t.*, sum(coalesce(octet_length(t.copied), 0) + coalesce(octet_length(t.edits), 0)
          + coalesce(octet_length(t.cells::text), 0)) over (order by t.place) as bytes
      from texts t
    )
    select s.id, s.state, s.copied, s.edits, s.conflicts, s.cells, s.key,
      (select count(*)::int from page) as found
    from sized s where s.place = 1 or s.bytes <= ${MOST_TEXT}::int order by s.place`;
}

/** The statement that counts the records of a list, as `count`. */
export function countSql(source: RecordSource, list: RecordList): Sql {
  const [copied, created] = recordParts(source, list.state).map(
    (part) => sql`(select count(*) from ${part} where ${Prisma.join(wanted(list), ' and ')})`,
  );
  return sql`select (${copied ?? sql`0`} + ${created ?? sql`0`})::int as count`;
}

function wanted({ state, conditions }: RecordList): Sql[] {
  return [ofState(state), ...conditions.map(filterSql)];
}

function orderOf(sort: Sort | null): Sql {
  if (sort === null) return sql`id`;
  return sort.isDescending ? sql`key desc nulls last, id` : sql`key nulls last, id`;
}

/** The records of a part that come behind a position, as `x` with a `key`. */
function candidates(part: Sql, list: RecordList, after: Position | null): Sql {
  const { sort } = list;
  const conditions = Prisma.join(wanted(list), ' and ');
  if (sort === null) {
    const behind = after === null ? Prisma.empty : sql`and x.id > ${after.id}`;
    return sql`(select x.*, null::text as key from ${part} where ${conditions} ${behind}) x`;
  }
  // Fenced in (`offset 0`), the key is made once for each record.
  const keyed = sql`(
    select x.*, ${sortKey(sort)} as key from ${part} where ${conditions} offset 0) x`;
  return after === null ? keyed : sql`${keyed} where ${behindKey(sort, after)}`;
}

function behindKey(sort: Sort, { id, key = null }: Position): Sql {
  if (key === null) return sql`x.key is null and x.id > ${id}`;
  const [at, past] = [typedText(sort.comparison, key), sort.isDescending ? sql`<` : sql`>`];
  return sql`(x.key is null or x.key ${past} ${at} or (x.key = ${at} and x.id > ${id}))`;
}
