import type { Pool } from 'pg';
import type { HeldJob } from '../../jobs/jobs.types.js';
import type { Staging } from './add-records.js';

/** Records of the old copy that one statement looks at. */
const STEP = 20_000;

const STEP_END = `
  select max(id) as last from (
    select id from snapshot_records where user_id = $1 and generation = $2::bigint and id > $3
    order by id limit ${STEP}
  ) step`;

/**
 * Each record of the step is looked up in the new copy by itself (`offset 0` keeps it so): of a copy that was
 * just made the planner knows nothing, and would hold each against all.
 */
const CARRY_OVER = `
  with alive as (
    select generation from snapshot_generations
    where user_id = $1 and generation = $5::bigint and not dead
    for key share
  ), carried as (
    insert into snapshot_records (user_id, generation, id, fields, gone)
    select old.user_id, alive.generation, old.id, old.fields, old.gone or $6::boolean
    from alive, snapshot_records old left join lateral (
      select true as found from snapshot_records new
      where new.user_id = $1 and new.generation = $5::bigint and new.id = old.id offset 0
    ) new on true
    where old.user_id = $1 and old.generation = $2::bigint and old.id > $3 and old.id <= $4
      and new.found is null
    on conflict do nothing
    returning gone
  )
  select count(*) filter (where not gone)::int as present from carried`;

/**
 * Takes the records of an old copy that did not come again over into the new one, marked as gone or as
 * they are; gives how many of them are not gone. Nobody reads the new copy yet, so that it goes in steps.
 */
export async function carryOver(
  pool: Pool,
  { signal }: HeldJob,
  { userId, generation }: Staging,
  old: { generation: bigint; gone: boolean },
): Promise<number> {
  const from = [userId, String(old.generation)];
  let present = 0;
  for (let after = ''; ;) {
    signal.throwIfAborted();
    const end = await pool.query<{ last: string | null }>(STEP_END, [...from, after]);
    const last = end.rows[0]?.last ?? null;
    if (last === null) return present;
    const values = [...from, after, last, String(generation), old.gone];
    const carried = await pool.query<{ present: number }>(CARRY_OVER, values);
    present += carried.rows[0]?.present ?? 0;
    after = last;
  }
}
