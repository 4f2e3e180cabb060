import type { Pool } from 'pg';
import { JobLostError } from '../../jobs/jobs.errors.js';

/** A copy in the making. */
export interface Staging {
  userId: string;
  snapshotId: string;
  tableId: string;
  generation: bigint;
}

/** Of a record's id in UTF-8: PostgreSQL can't index longer ones. */
export const MOST_ID_BYTES = 2_000;

/** PostgreSQL's code for who was chosen to give way. */
const DEADLOCK = '40P01';

const LINE_END = 0x0a;
const COMMA = 0x2c;
const CLOSE = 0x5d;
/** A version number and the text: so jsonb is sent in binary form, where nothing has to escape it. */
const JSONB_LIST = Buffer.from('\x01[');

/**
 * The generation's row is locked, so that nothing comes into one that is being removed. What is lost
 * of a batch in a crash of the database is lost with its job's last transaction, which waits for the disk.
 */
const ADD_RECORDS = `
  with alive as (
    select user_id, generation from snapshot_generations
    where user_id = $1 and generation = $2::bigint and not dead
    for key share
  ), added as (
    insert into snapshot_records (user_id, generation, id, fields)
    select alive.user_id, alive.generation, given.id, given.fields
    from alive, jsonb_to_recordset($3::jsonb) as given (id text, fields jsonb)
    where octet_length(given.id) <= ${MOST_ID_BYTES} and jsonb_typeof(given.fields) = 'object'
    on conflict do nothing
    returning 1
  )
  select exists (select from alive) as alive, (select count(*)::int from added) as added,
    set_config('synchronous_commit', 'off', true)`;

/**
 * Adds records to a copy: JSON texts `{ id, fields }`, each ended by a line break. Gives how many were
 * new and have an id that is not too long. Throws a JobLostError where the copy was dropped meanwhile.
 */
export async function addRecords(
  pool: Pool,
  { userId, generation }: Staging,
  lines: readonly Uint8Array[],
): Promise<number> {
  const values = [userId, String(generation), listOf(lines)];
  for (;;) {
    try {
      const { rows } = await pool.query<{ alive: boolean; added: number }>({
        ...{ name: 'add-records', text: ADD_RECORDS, values },
      });
      const [row] = rows;
      if (row?.alive !== true) throw new JobLostError();
      return row.added;
    } catch (error) {
      // Another batch of the same read holds ids that, as they are stored, are the same as some here.
      if ((error as { code?: unknown } | null)?.code !== DEADLOCK) throw error;
    }
  }
}

function listOf(lines: readonly Uint8Array[]): Buffer {
  const list = Buffer.concat([JSONB_LIST, ...lines]);
  // JSON text holds no line break but the ones between the records.
  for (let at = list.indexOf(LINE_END); at >= 0; at = list.indexOf(LINE_END, at)) list[at] = COMMA;
  list[list.length - 1] = CLOSE;
  return list;
}

/** Whether the database refused what was in a statement, and not the statement or its time. */
export function isRefusal(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  // Data that is no value of its type, a constraint, and what is beyond the program's own limits.
  return typeof code === 'string' && /^(?:22|23|54)/.test(code);
}
