import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemError } from '../../common/problem.js';
import type { HeldJob } from '../../jobs/jobs.types.js';
import type { Connector } from '../../remote-service/connector.js';
import type { WriteOptions } from '../../remote-service/writes/write.types.js';
import { storedProblem } from '../stored-problem.js';
import { CallResults } from './call-results.js';
import { JournalStore } from './journal-store.js';
import type { JournalWriter } from './journal-writer.js';
import type { ChangeOp } from './judge-change.js';
import type { JournalChange, Scope } from './publication.types.js';
import { plainValues } from './read-change.js';

const OPS: readonly ChangeOp[] = ['create', 'update', 'delete'];
/** Changes whose values are in memory at once. */
const CHUNK = 200;
/** Before what could not begin, since the sandbox was full, is tried again. */
const PAUSE_MS = 1_000;
/** What calls under way may still take once the service is being stopped. */
const GRACE_MS = 5_000;

/** Where a publication writes to. */
export interface Writing {
  job: HeldJob;
  scope: Scope;
  connector: Connector;
  journal: JournalWriter;
}

/** Carries out the changes of a publication that wait. */
@Injectable()
export class WriteChanges {
  constructor(
    private readonly store: JournalStore,
    private readonly results: CallResults,
  ) {}

  /**
   * Creations first; updates once they have ended, and then deletions. Throws a StopRequestedError,
   * a JobLostError, or the reason of the job's signal.
   */
  async run(writing: Writing): Promise<void> {
    for (const op of OPS) {
      while (await this.pass(writing, op)) {
        await sleep(PAUSE_MS, undefined, { signal: writing.job.signal });
      }
    }
  }

  /** Calls once for each that waits; says whether some could not begin. */
  private async pass(writing: Writing, op: ChangeOp): Promise<boolean> {
    let leftOver = false;
    for (let after = 0; ;) {
      const part = { after, limit: CHUNK };
      const changes = await this.store.toWrite(writing.scope, op, part);
      const last = changes.at(-1);
      if (last === undefined) return leftOver;
      for (const chunk of byTable(changes)) {
        if (await this.write(writing, op, chunk)) leftOver = true;
      }
      after = last.position;
    }
  }

  private async write(
    writing: Writing,
    op: ChangeOp,
    chunk: readonly JournalChange[],
  ): Promise<boolean> {
    const { connector, journal, job } = writing;
    const progress = { begun: false };
    let leftOver = false;
    const options: WriteOptions = {
      idempotencyKey: (index) => (chunk[index] as JournalChange).idempotencyKey,
      beforeRecord: (index) => {
        progress.begun = true;
        return journal.begin((chunk[index] as JournalChange).position);
      },
      onResult: async (index, result) => {
        const change = chunk[index] as JournalChange;
        const end = await this.results.endOf(connector, change, result, job.signal);
        if (end.outcome === 'waiting') leftOver = true;
        await journal.end(end);
      },
    };
    try {
      await untilStopped(call(connector, op, chunk, options), job.signal);
    } catch (error) {
      if (progress.begun || !(error instanceof ProblemError)) throw error;
      // Such as a table that the connector has no longer.
      const failed = { outcome: 'failed' as const, error: storedProblem(error) };
      for (const { position } of chunk) await journal.end({ position, ...failed });
    }
    return leftOver;
  }
}

function call(
  connector: Connector,
  op: ChangeOp,
  chunk: readonly JournalChange[],
  options: WriteOptions,
): Promise<unknown> {
  const tableId = chunk[0]?.tableId ?? '';
  const ids = chunk.map(({ id }) => id);
  const records = chunk.map(({ id, fields }) => ({ id, fields: plainValues(fields) }));
  if (op === 'delete') return connector.deleteRecords(tableId, ids, options);
  if (op === 'update') return connector.updateRecords(tableId, records, options);
  return connector.createRecords(tableId, records, options);
}

/**
 * Rejects a while after the signal: the service can't wait for a remote that does not answer. What
 * ends later finds the job handed over.
 */
async function untilStopped(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const cut = new Promise<never>((_resolve, reject) => {
    const begin = () => {
      sleep(GRACE_MS, undefined, { signal: over.signal, ref: false }).then(
        () => {
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the reason is the job's own
          reject(signal.reason);
        },
        () => undefined,
      );
    };
    if (signal.aborted) begin();
    else signal.addEventListener('abort', begin, { once: true, signal: over.signal });
  });
  work.catch(() => undefined);
  try {
    await Promise.race([work, cut]);
  } finally {
    over.abort();
  }
}

/** Changes in their order, parted where another table begins. */
function byTable(changes: readonly JournalChange[]): JournalChange[][] {
  const parts: JournalChange[][] = [];
  for (const change of changes) {
    const part = parts.at(-1);
    if (part?.[0]?.tableId === change.tableId) part.push(change);
    else parts.push([change]);
  }
  return parts;
}
