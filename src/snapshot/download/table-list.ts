import { Injectable } from '@nestjs/common';
import { storable } from '../../common/check-text.js';
import { splitId } from '../../common/entity-id.js';
import { DbService } from '../../db/db.service.js';
import { Prisma } from '../../db/generated/client.js';
import type { HeldJob } from '../../jobs/jobs.types.js';
import type { Connector } from '../../remote-service/connector.js';
import { FunctionMissingError, TableNotFoundError } from '../../remote-service/run.errors.js';
import type { Transaction } from '../snapshot-access.js';
import { TableIdTooLongError } from '../snapshot.errors.js';
import { MOST_TABLE_ID_BYTES } from '../snapshot.types.js';
import { storedProblem } from '../stored-problem.js';
import { dropStaging, holdSnapshot } from './copy-store.js';
import { waitOut } from './wait-out.js';

interface Listed {
  wsId: string;
  name: string;
}

/** Which tables a download copies. */
@Injectable()
export class TableList {
  constructor(private readonly db: DbService) {}

  /**
   * Asks the connector for its tables and writes down those to copy: the wanted ones, or all. One that
   * is not listed has failed, and its copy stays. Gives the ids of those whose read has not ended,
   * with which the download goes on. Rejects with a ProblemError where nothing can be listed.
   */
  async write(job: HeldJob, connector: Connector, wanted: string[] | null): Promise<string[]> {
    const { userId, subjectId: snapshotId } = job;
    const listed = await listedBy(job, connector, wanted);
    return this.db.transaction(async (tx) => {
      await holdSnapshot(tx, job);
      await tx.snapshot.update({ where: { id: snapshotId }, data: { state: 'active' } });
      await dropStaging(tx, job);
      await addTables(tx, job, wanted === null ? listed : among(listed, wanted));
      const open = { userId, snapshotId, state: { in: ['pending', 'active'] } };
      const tables = await tx.snapshotTable.findMany({
        where: open,
        orderBy: [{ position: 'asc' }, { tableId: 'asc' }],
        select: { tableId: true },
      });
      const known = new Set(listed.map(({ wsId }) => wsId));
      const missing = tables.filter(({ tableId }) => !known.has(tableId));
      await tx.snapshotTable.updateMany({
        where: { ...open, tableId: { in: missing.map(({ tableId }) => tableId) } },
        data: {
          ...{ state: 'failed', summary: Prisma.DbNull, progress: Prisma.DbNull },
          error: storedProblem(new TableNotFoundError()) as Prisma.InputJsonValue,
        },
      });
      return tables.map(({ tableId }) => tableId).filter((tableId) => known.has(tableId));
    });
  }
}

/** What the connector lists; where it can't, what was asked for by name. */
async function listedBy(
  { signal }: HeldJob,
  connector: Connector,
  wanted: string[] | null,
): Promise<Listed[]> {
  try {
    const tables = await waitOut(signal, () => connector.listTables(signal));
    return tables.map(({ id: { wsId }, displayName }) => ({ wsId, name: storable(displayName) }));
  } catch (error) {
    if (wanted === null || !(error instanceof FunctionMissingError)) throw error;
    return wanted.map((wsId) => ({ wsId, name: splitId(wsId)?.join(' / ') ?? wsId }));
  }
}

function among(listed: Listed[], wanted: string[]): Listed[] {
  const names = new Set(wanted);
  return listed.filter(({ wsId }) => names.has(wsId));
}

async function addTables(tx: Transaction, job: HeldJob, tables: Listed[]): Promise<void> {
  const long = tables.find(({ wsId }) => Buffer.byteLength(wsId) > MOST_TABLE_ID_BYTES);
  if (long) throw new TableIdTooLongError();
  await tx.$executeRaw`
    insert into snapshot_tables (user_id, snapshot_id, table_id, position, name, state)
    select ${job.userId}, ${job.subjectId}, listed.table_id, listed.position - 1, listed.name, 'pending'
    from unnest(${tables.map(({ wsId }) => wsId)}::text[], ${tables.map(({ name }) => name)}::text[])
      with ordinality as listed (table_id, name, position)
    on conflict (user_id, snapshot_id, table_id)
    do update set position = excluded.position, name = excluded.name`;
}
