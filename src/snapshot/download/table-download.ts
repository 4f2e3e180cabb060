import { Injectable } from '@nestjs/common';
import { DatabaseBusyError } from '../../db/db.errors.js';
import { JobLostError } from '../../jobs/jobs.errors.js';
import type { HeldJob } from '../../jobs/jobs.types.js';
import type { CopyRoom } from '../../quotas/quotas.js';
import type { Connector } from '../../remote-service/connector.js';
import { FunctionMissingError } from '../../remote-service/run.errors.js';
import type { ReadSummary } from '../../remote-service/summary.js';
import { PoolClosedError } from '../../sandbox/sandbox.errors.js';
import type { CopiedColumn, StoredProblem } from '../snapshot.types.js';
import { storedProblem } from '../stored-problem.js';
import type { Staging } from './add-records.js';
import { BatchStore } from './batch-store.js';
import { CopyStore, hashOfMapping } from './copy-store.js';
import { ProgressReport } from './progress-report.js';
import { ReadTurns } from './read-turns.js';
import { RecordIntake } from './record-intake.js';
import { waitOut } from './wait-out.js';

/** How a read went. */
interface Outcome {
  summary: ReadSummary | null;
  error: StoredProblem | null;
  columns: CopiedColumn[] | null;
}

/** Copies one table: reads it by the connector and stores its records as they come. */
@Injectable()
export class TableDownload {
  constructor(
    private readonly store: CopyStore,
    private readonly turns: ReadTurns,
  ) {}

  /** What the read fails with is kept with the table; rejects where the copy can't go on. */
  async run(job: HeldJob, connector: Connector, tableId: string): Promise<void> {
    await this.turns.take(job.userId, job.signal, async () => {
      await this.copy(job, connector, await this.store.begin(job, tableId));
    });
  }

  private async copy(job: HeldJob, connector: Connector, staging: Staging): Promise<void> {
    const { tableId } = staging;
    const batches = new BatchStore((lines) => this.store.add(staging, lines));
    const report = new ProgressReport(
      () => batches.stored,
      (progress) => this.store.progress(staging, progress),
    );
    const signal = AbortSignal.any([job.signal, report.signal]);
    try {
      const room = await this.store.room(staging);
      const outcome = await read(connector, tableId, signal, batches, report, room);
      await report.end();
      const { summary } = outcome;
      if (summary !== null) report.ended(summary);
      await this.store.finish({ ...job, signal }, staging, {
        ...{ ...outcome, progress: report.now(), stored: batches.stored },
        mappingHash: hashOfMapping(connector.mappingOf(tableId)),
      });
    } finally {
      await report.end();
    }
  }
}

async function read(
  connector: Connector,
  tableId: string,
  signal: AbortSignal,
  batches: BatchStore,
  report: ProgressReport,
  room: CopyRoom,
): Promise<Outcome> {
  const intake = new RecordIntake((lines, count) => batches.add(lines, count));
  // What comes slowly is not to wait until there is much of it.
  report.onTick = () => {
    intake.nudge();
  };
  let columns: CopiedColumn[] | null = null;
  let taken = 0;
  try {
    columns = await waitOut(signal, () => columnsOf(connector, tableId, signal));
    const summary = await waitOut(signal, () =>
      connector.downloadTableRecords(tableId, {
        signal,
        onRecords: async (lines, count, progress) => {
          report.told(progress);
          taken += count;
          if (taken > room.records) {
            // Ids that came twice are stored once.
            await intake.flush();
            taken = batches.stored + count;
            if (taken > room.records) throw room.refusal();
          }
          await intake.add(lines, count);
        },
      }),
    );
    await intake.flush();
    return { summary: withLosses(summary, batches), error: null, columns };
  } catch (error) {
    signal.throwIfAborted();
    if (intake.hasFailed || saysNothingOfTheTable(error)) throw error;
    await intake.flush();
    return { summary: null, error: storedProblem(error), columns };
  } finally {
    await intake.settle();
  }
}

/** What keeps the service itself from going on, so that the read is to be begun again elsewhere or later. */
function saysNothingOfTheTable(error: unknown): boolean {
  return [PoolClosedError, DatabaseBusyError, JobLostError].some((kind) => error instanceof kind);
}

function withLosses(summary: ReadSummary, { losses, changes }: BatchStore): ReadSummary {
  return {
    ...summary,
    complete: summary.complete && losses.length === 0,
    warnings: [...summary.warnings, ...losses, ...changes],
  };
}

/** The mapping's fields, which records have by its names, and then columns that it does not name. */
async function columnsOf(
  connector: Connector,
  tableId: string,
  signal: AbortSignal,
): Promise<CopiedColumn[] | null> {
  const mapped = connector.mappingOf(tableId)?.fields.map(({ name, type }) => ({ name, type }));
  try {
    const { columns } = await connector.fetchTableSpec(tableId, signal);
    const told = columns.map(({ id, pgType }) => ({ name: id.remoteId[0] ?? '', type: pgType }));
    const names = new Set(mapped?.map(({ name }) => name));
    return [...(mapped ?? []), ...told.filter(({ name }) => !names.has(name))];
  } catch (error) {
    if (error instanceof FunctionMissingError) return mapped ?? null;
    throw error;
  }
}
