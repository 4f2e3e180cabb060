import { Injectable } from '@nestjs/common';
import type { HeldJob } from '../../jobs/jobs.types.js';
import type { Connector } from '../../remote-service/connector.js';
import { FunctionMissingError } from '../../remote-service/run.errors.js';
import type { ReadSummary } from '../../remote-service/summary.js';
import type { CopiedColumn, ReadProgress, StoredProblem } from '../snapshot.types.js';
import { storedProblem } from '../stored-problem.js';
import { CopyStore, hashOfMapping, type Staging } from './copy-store.js';

/** Lines are put together up to this before they are stored. */
const BATCH_BYTES = 1024 * 1024;

/** Copies one table: reads it by the connector and stores its records as they come. */
@Injectable()
export class TableDownload {
  constructor(private readonly store: CopyStore) {}

  async run(job: HeldJob, connector: Connector, tableId: string): Promise<void> {
    const staging = await this.store.begin(job, tableId);
    const batch = new Batch((records) => this.store.add(staging, records));
    const startedAt = new Date().toISOString();
    let summary: ReadSummary | null = null;
    let error: StoredProblem | null = null;
    let columns: CopiedColumn[] | null = null;
    try {
      columns = await columnsOf(connector, tableId, job.signal);
      summary = await connector.downloadTableRecords(tableId, {
        signal: job.signal,
        onRecords: (lines) => batch.add(lines),
      });
      await batch.flush();
    } catch (failure) {
      job.signal.throwIfAborted();
      await batch.flush();
      error = storedProblem(failure);
    }
    const progress: ReadProgress = {
      ...{ records: batch.stored, pages: summary?.pages ?? 0, requests: summary?.requests ?? 0 },
      ...{ bytes: summary?.bytes ?? 0, startedAt, at: new Date().toISOString() },
    };
    await this.store.finish(job, staging, {
      ...{ summary, error, columns, progress, records: batch.stored },
      mappingHash: hashOfMapping(connector.mappingOf(tableId)),
    });
  }
}

/** Records on their way into the database. */
class Batch {
  stored = 0;
  private parts: string[] = [];
  private bytes = 0;

  constructor(private readonly store: (records: string) => Promise<number>) {}

  async add(lines: Uint8Array): Promise<void> {
    this.parts.push(Buffer.from(lines).toString());
    this.bytes += lines.length;
    if (this.bytes >= BATCH_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.parts.length === 0) return;
    const lines = this.parts.join('').trimEnd();
    this.parts = [];
    this.bytes = 0;
    this.stored += await this.store(`[${lines.replaceAll('\n', ',')}]`);
  }
}

async function columnsOf(
  connector: Connector,
  tableId: string,
  signal: AbortSignal,
): Promise<CopiedColumn[] | null> {
  try {
    const { columns } = await connector.fetchTableSpec(tableId, signal);
    return columns.map(({ id, pgType }) => ({ name: id.remoteId[0] ?? '', type: pgType }));
  } catch (error) {
    if (error instanceof FunctionMissingError) return null;
    throw error;
  }
}

export type { Staging };
