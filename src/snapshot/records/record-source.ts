import { Prisma } from '../../db/generated/client.js';

type Sql = Prisma.Sql;
const { sql } = Prisma;

/** One copy of a table, and what is staged on it. */
export interface RecordSource {
  userId: string;
  snapshotId: string;
  tableId: string;
  /** Null where nothing is copied yet. */
  generation: bigint | null;
}

export const RECORD_STATES = ['clean', 'created', 'updated', 'deleted', 'gone'] as const;
export type RecordState = (typeof RECORD_STATES)[number];

/** No copy has it. */
const NO_GENERATION = -1n;

/**
 * To be asked before anything of `recordParts`: of a copy that is new the planner takes there to be a few
 * records, and would go through all edits again for each of them.
 */
export const JOIN_AS_A_WHOLE = sql`set local enable_nestloop = off`;

/**
 * To be asked before what takes the next few records by their ids: for the same reason the planner would
 * sort all that come behind, where an index has them in order. Older versions of PostgreSQL count what is
 * turned off as costly, and would compile such a statement.
 */
export const IN_ORDER_OF_IDS = sql`
  select set_config('enable_nestloop', 'off', true), set_config('enable_sort', 'off', true),
    set_config('jit', 'off', true)`;

/** The state of a record `x`. */
export const STATE = sql`(case when x.gone then 'gone' when x.op is null then 'clean'
  when x.op = 'create' then 'created' when x.op = 'update' then 'updated' else 'deleted' end)`;

/**
 * The two parts that a table's records come from, each as `x (id, copied, gone, op, edits, base)`: what is
 * copied, with its edits, and what is to be created. What has any other edit is always copied, for a
 * record that is gone stays in the copy.
 */
export function recordParts(source: RecordSource, state: RecordState | null): Sql[] {
  const { userId, snapshotId, tableId } = source;
  const generation = source.generation ?? NO_GENERATION;
  const ofTable = sql`
    e.user_id = ${userId} and e.snapshot_id = ${snapshotId} and e.table_id = ${tableId}`;
  // Where a state stands for an edit, the edits lead to the records; else they are joined as a whole.
  const copied =
    state === 'updated' || state === 'deleted'
      ? sql`(
          select e.record_id as id, r.fields as copied, r.gone, e.op, e.fields as edits, e.base
          from snapshot_edits e cross join lateral (
            select r.fields, r.gone from snapshot_records r
            where r.user_id = ${userId} and r.generation = ${generation}::bigint
              and r.id = e.record_id offset 0
          ) r
          where ${ofTable}
        ) x`
      : sql`(
          select r.id, r.fields as copied, r.gone, e.op, e.fields as edits, e.base
          from snapshot_records r left join snapshot_edits e on ${ofTable} and e.record_id = r.id
          where r.user_id = ${userId} and r.generation = ${generation}::bigint
        ) x`;
  const created = sql`(
    select e.record_id as id, null::jsonb as copied, false as gone, e.op, e.fields as edits, e.base
    from snapshot_edits e where ${ofTable} and e.op = 'create'
  ) x`;
  return [copied, created];
}

/** Which records `x` are of a state; without one those that are not gone, or carry an edit. */
export function ofState(state: RecordState | null): Sql {
  if (state === null) return sql`(not x.gone or x.op is not null)`;
  // Said beside the state, so that it is seen before the rest of a record is.
  return state === 'clean' ? sql`(not x.gone and x.op is null)` : sql`${STATE} = ${state}`;
}

/** What stands in the copy otherwise than in the base and in the edit; an absent value is a null. */
export const CONFLICTS = sql`(case
  when x.gone or x.op is null or x.op = 'create' then null
  when x.op = 'update' then (
    select json_agg(k order by k collate "C") from jsonb_object_keys(x.edits) as k
    where ${differs(sql`x.copied`, sql`x.base`)} and ${differs(sql`x.copied`, sql`x.edits`)})
  else (
    select json_agg(k order by k collate "C") from (
      select jsonb_object_keys(x.copied) union select jsonb_object_keys(x.base)) as keys (k)
    where ${differs(sql`x.copied`, sql`x.base`)}) end)`;

function differs(one: Sql, other: Sql): Sql {
  return sql`nullif(${one} -> k, 'null'::jsonb) is distinct from nullif(${other} -> k, 'null'::jsonb)`;
}
