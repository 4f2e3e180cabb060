import { Injectable } from '@nestjs/common';
import { DbService } from '../../db/db.service.js';
import { Prisma } from '../../db/generated/client.js';
import { JobWorker } from '../../jobs/job-worker.js';
import type { HeldJob, JobHandler } from '../../jobs/jobs.types.js';
import { ConnectorsService } from '../../remote-service/connectors.service.js';
import type { Connector } from '../../remote-service/connector.js';
import { DOWNLOAD_JOB, type CopyState } from '../snapshot.types.js';
import { storedProblem } from '../stored-problem.js';
import { TableDownload } from './table-download.js';

/** Downloads a snapshot: its tables, a few side by side. */
@Injectable()
export class DownloadHandler implements JobHandler {
  readonly kind = DOWNLOAD_JOB;

  constructor(
    private readonly db: DbService,
    private readonly connectors: ConnectorsService,
    private readonly tables: TableDownload,
    worker: JobWorker,
  ) {
    worker.handle(this);
  }

  async run(job: HeldJob): Promise<void> {
    const { userId, subjectId: snapshotId } = job;
    const snapshot = await this.db.snapshot.findFirst({ where: { id: snapshotId, userId } });
    if (snapshot === null) return;
    let connector: Connector;
    try {
      connector = await this.connectors.open(userId, snapshot.connectorId, snapshot.version);
      await this.list(job, connector, snapshot.wanted as string[] | null);
    } catch (error) {
      job.signal.throwIfAborted();
      await this.end(job, error);
      return;
    }
    const waiting = await this.db.snapshotTable.findMany({
      where: { userId, snapshotId, state: { in: ['pending', 'active'] } },
      orderBy: { position: 'asc' },
    });
    for (const { tableId } of waiting) await this.tables.run(job, connector, tableId);
    await this.end(job, null);
  }

  async giveUp(job: HeldJob): Promise<void> {
    await this.end(job, new Error('The download was begun too often.'));
  }

  /** Writes down which tables there are. */
  private async list(job: HeldJob, connector: Connector, wanted: string[] | null): Promise<void> {
    const { userId, subjectId: snapshotId } = job;
    const listed = await connector.listTables(job.signal);
    await this.db.transaction(async (tx) => {
      await job.hold(tx);
      await tx.snapshot.update({ where: { id: snapshotId }, data: { state: 'active' } });
      for (const [position, { id, displayName: name }] of listed.entries()) {
        const { wsId: tableId } = id;
        if (wanted !== null && !wanted.includes(tableId)) continue;
        await tx.snapshotTable.upsert({
          where: { userId_snapshotId_tableId: { userId, snapshotId, tableId } },
          create: { userId, snapshotId, tableId, position, name, state: 'pending' },
          update: { position, name },
        });
      }
    });
  }

  private async end(job: HeldJob, error: unknown): Promise<void> {
    const { userId, subjectId: snapshotId } = job;
    await this.db.transaction(async (tx) => {
      await job.hold(tx);
      const tables = await tx.snapshotTable.findMany({ where: { userId, snapshotId } });
      await tx.snapshotTable.updateMany({
        where: { userId, snapshotId, state: { in: ['pending', 'active'] } },
        data: { state: 'failed' },
      });
      await tx.snapshot.update({
        where: { id: snapshotId },
        data: {
          state: error === null ? stateOf(tables.map(({ state }) => state as CopyState)) : 'failed',
          error: error === null ? Prisma.DbNull : (storedProblem(error) as Prisma.InputJsonValue),
        },
      });
      await job.finish(tx);
    });
  }
}

/** The state of a download as a whole. */
function stateOf(tables: CopyState[]): CopyState {
  if (tables.every((state) => state === 'completed')) return 'completed';
  return tables.every((state) => state === 'failed') ? 'failed' : 'incomplete';
}
