import { Injectable } from '@nestjs/common';
import { Prisma } from '../../db/generated/client.js';
import { parseJson } from '../../json/parse-json.js';
import { writeJson } from '../../json/write-json.js';
import { JOIN_AS_A_WHOLE, type RecordSource } from '../records/record-source.js';
import type { Transaction } from '../snapshot-access.js';
import type { Applied, Staged } from './apply-ops.js';
import { TooManyChangesError, ValuesTooLargeError } from './edits.errors.js';
import type { CopiedRecord, EditOp, StagedEdit, Values } from './edits.types.js';

/** Changes that are staged in a snapshot at once. */
const MOST_CHANGES = 10_000;
/** What the records of one call may bring into this process: values that it names, and edits. */
const MOST_BYTES = 128 * 1024 * 1024;

interface TouchedRow {
  id: string;
  isCopied: boolean;
  isGone: boolean;
  changeId: string | null;
  op: StagedEdit['op'] | null;
  bytes: bigint;
  fields: string | null;
  base: string | null;
  values: string | null;
}

/** What is staged, in the database; each method is part of its caller's transaction. */
@Injectable()
export class EditStore {
  /** The records and edits that the ops name. Throws a ValuesTooLargeError. */
  async read(
    tx: Transaction,
    source: RecordSource,
    ops: readonly EditOp[],
  ): Promise<Omit<Staged, 'types'>> {
    const named = JSON.stringify(namesOf(ops));
    await tx.$executeRaw(JOIN_AS_A_WHOLE);
    const rows = await tx.$queryRaw<TouchedRow[]>(touchedSql(source, named));
    await tx.$executeRaw`set local enable_nestloop = on`;
    if ((rows[0]?.bytes ?? 0n) > MOST_BYTES) throw new ValuesTooLargeError(MOST_BYTES);
    const records = new Map<string, CopiedRecord>();
    const edits = new Map<string, StagedEdit>();
    for (const { id, isCopied, isGone, values, changeId, op, fields, base } of rows) {
      if (isCopied) records.set(id, { isGone, values: valuesOf(values) });
      if (changeId === null || op === null) continue;
      edits.set(id, {
        ...{ changeId, op, fields: valuesOf(fields) },
        base: op === 'delete' ? null : valuesOf(base),
      });
    }
    return { records, edits };
  }

  /** Writes what became of them. Throws a TooManyChangesError. */
  async write(
    tx: Transaction,
    { userId, snapshotId, tableId, generation }: RecordSource,
    { changed, removed, isWiped }: Applied,
  ): Promise<void> {
    const kept = [...changed.keys()];
    if (isWiped || removed.length > 0) {
      await tx.$executeRaw`
        delete from snapshot_edits
        where user_id = ${userId} and snapshot_id = ${snapshotId} and table_id = ${tableId}
          and (${isWiped}::boolean or record_id = any(${removed}::text[]))
          and not record_id = any(${kept}::text[])`;
    }
    if (changed.size === 0) return;
    const rows = [...changed].map(([id, edit]) => ({ id, ...edit }));
    await tx.$executeRaw`
      insert into snapshot_edits
        (user_id, snapshot_id, table_id, record_id, change_id, op, fields, base)
      select ${userId}, ${snapshotId}, ${tableId}, g.id, g."changeId", g.op, g.fields,
        case when g.op = 'delete' then r.fields else g.base end
      from json_to_recordset(${writeJson(rows)}::json) as g (
        id text, "changeId" text, op text, fields jsonb, base jsonb)
      left join lateral (
        select r.fields from snapshot_records r
        where g.op = 'delete' and r.user_id = ${userId} and r.generation = ${generation}::bigint
          and r.id = g.id offset 0
      ) r on true
      on conflict (user_id, snapshot_id, table_id, record_id) do update set
        change_id = excluded.change_id, op = excluded.op, fields = excluded.fields,
        base = excluded.base, revision = snapshot_edits.revision + 1, error = null,
        updated_at = now()`;
    const staged = await tx.snapshotEdit.count({ where: { userId, snapshotId } });
    if (staged > MOST_CHANGES) throw new TooManyChangesError(MOST_CHANGES);
  }
}

/** Each record that is named, with the fields that are. */
function namesOf(ops: readonly EditOp[]): { id: string; names: string[] }[] {
  const names = new Map<string, Set<string>>();
  for (const { id, fields = {} } of ops) {
    if (id === undefined) continue;
    const known = names.get(id) ?? new Set();
    names.set(id, known);
    for (const name of Object.keys(fields)) known.add(name);
  }
  return [...names].map(([id, fields]) => ({ id, names: [...fields] }));
}

/** The texts are left out of all rows where they are too large together. */
function touchedSql(source: RecordSource, named: string): Prisma.Sql {
  const { userId, snapshotId, tableId, generation } = source;
  return Prisma.sql`
    with touched as materialized (
      select g.id, r.id is not null as "isCopied", coalesce(r.gone, false) as "isGone",
        e.change_id as "changeId", e.op, e.fields::text as fields,
        case when e.op = 'update' then e.base::text end as base,
        (select jsonb_object_agg(k.name, r.fields -> k.name) from (
            select unnest(g.names) union select jsonb_object_keys(e.fields)) as k (name)
          where jsonb_exists(r.fields, k.name))::text as values
      from json_to_recordset(${named}::json) as g (id text, names text[])
      left join lateral (
        select r.id, r.fields, r.gone from snapshot_records r
        where r.user_id = ${userId} and r.generation = ${generation}::bigint and r.id = g.id offset 0
      ) r on true
      left join snapshot_edits e on e.user_id = ${userId} and e.snapshot_id = ${snapshotId}
        and e.table_id = ${tableId} and e.record_id = g.id
    ), total as (
      select coalesce(sum(coalesce(octet_length(fields), 0) + coalesce(octet_length(base), 0)
        + coalesce(octet_length(values), 0)), 0)::bigint as bytes from touched
    )
    select t.id, t."isCopied", t."isGone", t."changeId", t.op, total.bytes,
      case when total.bytes <= ${MOST_BYTES}::int then t.fields end as fields,
      case when total.bytes <= ${MOST_BYTES}::int then t.base end as base,
      case when total.bytes <= ${MOST_BYTES}::int then t.values end as values
    from touched t, total
    where t."isCopied" or t."changeId" is not null`;
}

function valuesOf(text: string | null): Values {
  return text === null ? {} : (parseJson(text) as Values);
}
