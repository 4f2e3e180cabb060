import { Injectable } from '@nestjs/common';
import { isId } from '../../common/ids.js';
import { pageOf, type Page, type PageRequest } from '../../common/paging.js';
import { CustomConnectorService } from '../../custom-connector/custom-connector.service.js';
import { DbService } from '../../db/db.service.js';
import type { Prisma } from '../../db/generated/client.js';
import { RunRecorder } from './run-recorder.js';
import { RunNotFoundError } from './runs.errors.js';

const HEAD = {
  ...{ id: true, function: true, tableId: true, version: true, startedAt: true, durationMs: true },
  ...{ outcome: true, error: true, requestCount: true, bytes: true, summary: true },
} satisfies Prisma.RunSelect;
const WHOLE = {
  ...HEAD,
  ...{ requests: true, requestsDropped: true, log: true, logDropped: true, responses: true },
} satisfies Prisma.RunSelect;

type Head = Prisma.RunGetPayload<{ select: typeof HEAD }>;
type Json = Prisma.JsonValue;

/** A run as a list has it: `error` where it failed, `summary` where it read to the end. */
export interface RunSummary extends Omit<Head, 'bytes' | 'error' | 'summary'> {
  bytes: number;
  error?: Json;
  summary?: Json;
}

/** A run with all that is kept of it. */
export interface RecordedRun extends RunSummary {
  requests: Json;
  requestsDropped: number;
  log: Json;
  logDropped: number;
  /** Where the connector says what its function is expected to get. */
  responses?: Json;
}

/** The runs of connectors as they are on record; each method sees those of one user alone. */
@Injectable()
export class RunsService {
  constructor(
    private readonly db: DbService,
    private readonly connectors: CustomConnectorService,
    private readonly recorder: RunRecorder,
  ) {}

  /** Newest first. */
  async list(
    userId: string,
    connectorId: string,
    { limit, after }: PageRequest,
  ): Promise<Page<RunSummary>> {
    await this.connectors.requireOwn(this.db, userId, connectorId);
    await this.recorder.flush();
    const rows = await this.db.run.findMany({
      where: {
        ...{ userId, connectorId },
        ...(after
          ? {
              OR: [
                { startedAt: { lt: after.createdAt } },
                { startedAt: after.createdAt, id: { lt: after.id } },
              ],
            }
          : {}),
      },
      orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
      take: limit + 1,
      select: HEAD,
    });
    const page = pageOf(
      rows.map((row) => ({ ...row, createdAt: row.startedAt })),
      limit,
    );
    return {
      ...page,
      items: page.items.map(({ createdAt: _createdAt, ...row }) => summaryOf(row)),
    };
  }

  async get(userId: string, connectorId: string, runId: string): Promise<RecordedRun> {
    await this.connectors.requireOwn(this.db, userId, connectorId);
    if (!isId('run', runId)) throw new RunNotFoundError();
    await this.recorder.flushWhole(userId, runId);
    const row = await this.db.run.findFirst({
      where: { id: runId, userId, connectorId },
      select: WHOLE,
    });
    if (row === null) throw new RunNotFoundError();
    const { requests, requestsDropped, log, logDropped, responses, ...head } = row;
    return {
      ...summaryOf(head),
      ...{ requests, requestsDropped, log, logDropped },
      ...(responses === null ? {} : { responses }),
    };
  }
}

function summaryOf({ bytes, error, summary, ...rest }: Head): RunSummary {
  return {
    ...rest,
    bytes: Number(bytes),
    ...(error === null ? {} : { error }),
    ...(summary === null ? {} : { summary }),
  };
}
