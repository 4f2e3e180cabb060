import { Injectable } from '@nestjs/common';
import { newId } from '../common/ids.js';
import { behind, pageOf, type Page, type PageRequest } from '../common/paging.js';
import { CustomConnectorService } from '../custom-connector/custom-connector.service.js';
import { DbService } from '../db/db.service.js';
import { Prisma } from '../db/generated/client.js';
import { JobQueue } from '../jobs/job-queue.js';
import { Quotas } from '../quotas/quotas.js';
import { showProgress } from './progress/show-progress.js';
import {
  SnapshotAccess,
  type SnapshotRow,
  type TableRow,
  type Transaction,
} from './snapshot-access.js';
import { SnapshotJobs } from './snapshot-jobs.js';
import {
  DOWNLOAD_JOB,
  type CopyState,
  type NewSnapshot,
  type ReadProgress,
  type Snapshot,
  type SnapshotTable,
} from './snapshot.types.js';

/** Snapshots; each method sees those of one user alone. */
@Injectable()
export class SnapshotService {
  constructor(
    private readonly db: DbService,
    private readonly connectors: CustomConnectorService,
    private readonly access: SnapshotAccess,
    private readonly queue: JobQueue,
    private readonly jobs: SnapshotJobs,
    private readonly quotas: Quotas,
  ) {}

  /**
   * Makes a snapshot of a connector of the user's, and has it downloaded. Throws a SnapshotQuotaError where
   * the user may have no further one.
   */
  async create(userId: string, { connectorId, name, tables }: NewSnapshot): Promise<Snapshot> {
    return this.db.transaction(async (tx) => {
      await this.quotas.admitSnapshot(tx, userId);
      const connector = await this.connectors.lock(tx, userId, connectorId);
      const row = await tx.snapshot.create({
        data: {
          ...{ id: newId('sna'), userId, connectorId, version: connector.version },
          ...{ name: name ?? connector.name, wanted: tables ?? Prisma.DbNull, state: 'pending' },
        },
      });
      await tx.snapshotTable.createMany({
        data: (tables ?? []).map((tableId, position) => ({
          ...{ userId, snapshotId: row.id, tableId, position },
          ...{ name: tableId, state: 'pending' },
        })),
      });
      await this.jobs.add(tx, { userId, kind: DOWNLOAD_JOB, subjectId: row.id });
      return this.show(row, await this.tablesOf(tx, userId, [row.id]));
    });
  }

  /** Has a snapshot downloaded again, by the connector's present version. */
  async download(userId: string, id: string): Promise<Snapshot> {
    return this.db.transaction(async (tx) => {
      // The connector first, as its deletion meets them.
      const { connectorId } = await this.access.snapshot(userId, id, tx);
      const { version } = await this.connectors.lock(tx, userId, connectorId);
      await this.access.lock(tx, userId, id);
      await this.jobs.add(tx, { userId, kind: DOWNLOAD_JOB, subjectId: id });
      const row = await tx.snapshot.update({
        where: { id },
        data: { version, state: 'pending', error: Prisma.DbNull, requestedAt: new Date() },
      });
      await tx.snapshotTable.updateMany({
        where: { userId, snapshotId: id },
        data: { state: 'pending', progress: Prisma.DbNull, error: Prisma.DbNull },
      });
      return this.show(row, await this.tablesOf(tx, userId, [id]));
    });
  }

  async get(userId: string, id: string): Promise<Snapshot> {
    const row = await this.access.snapshot(userId, id);
    return this.show(row, await this.tablesOf(this.db, userId, [id]));
  }

  async list(userId: string, page: PageRequest): Promise<Page<Snapshot>> {
    const rows = await this.db.snapshot.findMany({
      where: { userId, ...(page.after ? { OR: behind(page.after) } : {}) },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: page.limit + 1,
    });
    const { items, ...rest } = pageOf(rows, page.limit);
    const tables = await this.tablesOf(
      this.db,
      userId,
      items.map(({ id }) => id),
    );
    return { items: items.map((row) => this.show(row, tables)), ...rest };
  }

  /** Removes a snapshot at once, and in the background what hangs on it. */
  async remove(userId: string, id: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      await this.access.lock(tx, userId, id);
      await this.queue.cancel(tx, id);
      await tx.snapshot.delete({ where: { id } });
    });
  }

  private tablesOf(tx: Transaction, userId: string, ids: string[]): Promise<TableRow[]> {
    return tx.snapshotTable.findMany({
      where: { userId, snapshotId: { in: ids } },
      orderBy: [{ position: 'asc' }, { tableId: 'asc' }],
    });
  }

  private show(row: SnapshotRow, tables: TableRow[]): Snapshot {
    const { id, connectorId, name, version, createdAt } = row;
    return {
      ...{ id, connectorId, name, version, createdAt },
      state: row.state as CopyState,
      error: row.error as Snapshot['error'],
      tables: tables.filter(({ snapshotId }) => snapshotId === id).map(showTable),
    };
  }
}

function showTable(row: TableRow): SnapshotTable {
  const { tableId, name, records, whole, copiedAt } = row;
  const state = row.state as CopyState;
  const progress = row.progress as unknown as ReadProgress | null;
  return {
    ...{ tableId, name, records, whole, copiedAt },
    state,
    summary: row.summary as unknown as SnapshotTable['summary'],
    progress: progress && showProgress(progress, state),
    error: row.error as unknown as SnapshotTable['error'],
  };
}
