import { newId } from '../../src/common/ids.js';
import { withClient } from './database.js';

/** A change as a test stages it; without `base` made on nothing. */
export interface StagedEdit {
  tableId: string;
  op: 'create' | 'update' | 'delete';
  /** Of the record; of one that is to be created: made up. */
  id?: string;
  fields?: Record<string, unknown>;
  base?: Record<string, unknown>;
}

/** Stages changes in a snapshot; gives their change ids, in their order. */
export async function stageEdits(
  databaseUrl: string,
  snapshotId: string,
  edits: readonly StagedEdit[],
): Promise<string[]> {
  const rows = edits.map(({ tableId, op, id = newId('new'), fields = {}, base = {} }) => {
    return { tableId, op, id, fields, base, changeId: newId('chg') };
  });
  await withClient(databaseUrl, (client) =>
    client.query(
      `insert into snapshot_edits
         (user_id, snapshot_id, table_id, record_id, change_id, op, fields, base)
       select s.user_id, s.id, e."tableId", e.id, e."changeId", e.op, e.fields, e.base
       from snapshots s, jsonb_to_recordset($2) as
         e ("tableId" text, id text, "changeId" text, op text, fields jsonb, base jsonb)
       where s.id = $1`,
      [snapshotId, JSON.stringify(rows)],
    ),
  );
  return rows.map(({ changeId }) => changeId);
}
