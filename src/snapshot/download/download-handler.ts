import { Injectable } from '@nestjs/common';
import { ProblemError } from '../../common/problem.js';
import { DatabaseBusyError } from '../../db/db.errors.js';
import { DbService } from '../../db/db.service.js';
import { Prisma } from '../../db/generated/client.js';
import { JobWorker } from '../../jobs/job-worker.js';
import type { HeldJob, JobHandler } from '../../jobs/jobs.types.js';
import type { Connector } from '../../remote-service/connector.js';
import { ConnectorsService } from '../../remote-service/connectors.service.js';
import { PoolClosedError } from '../../sandbox/sandbox.errors.js';
import { DOWNLOAD_JOB, type CopyState } from '../snapshot.types.js';
import { storedProblem } from '../stored-problem.js';
import { dropStaging, holdSnapshot } from './copy-store.js';
import { TableDownload } from './table-download.js';
import { TableList } from './table-list.js';

/** Of one download. */
const TABLES_AT_ONCE = 2;

/** Downloads a snapshot: its tables, a few side by side. */
@Injectable()
export class DownloadHandler implements JobHandler {
  readonly kind = DOWNLOAD_JOB;

  constructor(
    private readonly db: DbService,
    private readonly connectors: ConnectorsService,
    private readonly list: TableList,
    private readonly tables: TableDownload,
    worker: JobWorker,
  ) {
    worker.handle(this);
  }

  async run(job: HeldJob): Promise<void> {
    const { userId, subjectId: id } = job;
    const snapshot = await this.db.snapshot.findFirst({ where: { id, userId } });
    // It was deleted; the worker takes the job away.
    if (snapshot === null) return;
    let connector: Connector;
    let waiting: string[];
    try {
      connector = await this.connectors.open(userId, snapshot.connectorId, snapshot.version);
      waiting = await this.list.write(job, connector, snapshot.wanted as string[] | null);
    } catch (error) {
      job.signal.throwIfAborted();
      if (!isOfTheConnector(error)) throw error;
      await this.end(job, error);
      return;
    }
    await this.copyAll(job, connector, waiting);
    await this.end(job, null);
  }

  async giveUp(job: HeldJob): Promise<void> {
    await this.end(job, new Error('The download was begun too often.'));
  }

  /** Where one copy can't go on, none does; only once all have stopped it rejects with the reason. */
  private async copyAll(job: HeldJob, connector: Connector, tableIds: string[]): Promise<void> {
    const stop = new AbortController();
    const held = { ...job, signal: AbortSignal.any([job.signal, stop.signal]) };
    const waiting = [...tableIds];
    const work = async (): Promise<void> => {
      try {
        for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
          held.signal.throwIfAborted();
          await this.tables.run(held, connector, id);
        }
      } catch (error) {
        stop.abort(error);
      }
    };
    await Promise.all(Array.from({ length: TABLES_AT_ONCE }, work));
    stop.signal.throwIfAborted();
  }

  private async end(job: HeldJob, error: unknown): Promise<void> {
    const { userId, subjectId: snapshotId } = job;
    const problem = error === null ? null : (storedProblem(error) as Prisma.InputJsonValue);
    await this.db.transaction(async (tx) => {
      await holdSnapshot(tx, job);
      await dropStaging(tx, job);
      await tx.snapshotTable.updateMany({
        where: { userId, snapshotId, state: { in: ['pending', 'active'] } },
        data: { state: 'failed', summary: Prisma.DbNull, error: problem ?? Prisma.DbNull },
      });
      const tables = await tx.snapshotTable.findMany({
        where: { userId, snapshotId },
        select: { state: true },
      });
      await tx.snapshot.update({
        where: { id: snapshotId },
        data: {
          state:
            problem === null ? stateOf(tables.map(({ state }) => state as CopyState)) : 'failed',
          error: problem ?? Prisma.DbNull,
        },
      });
      await job.finish(tx);
    });
  }
}

/** Whether a failure is the connector's own, and would come again. */
function isOfTheConnector(error: unknown): boolean {
  const passes = error instanceof PoolClosedError || error instanceof DatabaseBusyError;
  return error instanceof ProblemError && !passes;
}

/** The state of a download as a whole. */
function stateOf(tables: CopyState[]): CopyState {
  if (tables.every((state) => state === 'completed')) return 'completed';
  return tables.every((state) => state === 'failed') ? 'failed' : 'incomplete';
}
