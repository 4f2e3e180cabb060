import { Injectable, Logger } from '@nestjs/common';
import { ProblemError } from '../../common/problem.js';
import { DbService } from '../../db/db.service.js';
import type { EgressSession } from '../../egress/egress-session.js';
import type { EgressRequest, EgressResponse } from '../../egress/egress.types.js';
import { PoolBusyError, PoolClosedError } from '../../sandbox/sandbox.errors.js';
import { ResponseChecker, type ResponseCheck } from '../responses/response-checker.js';
import type { BadResultError, FailedRun } from '../run.errors.js';
import { jsonText, runRow, type RunEnd, type RunHead } from './run-row.js';
import { RunWriter } from './run-writer.js';

/** At the end, runs that were cut off have so long to say how they ended. */
const LAST_RUNS_MS = 2_000;
/** Whoever reads a run waits so long for the check of its responses. */
const CHECKS_MS = 2_000;

type Session = Pick<EgressSession, 'requests' | 'bytes'>;

/** Puts every execution of a connector's function on record, without holding it up. */
@Injectable()
export class RunRecorder {
  private readonly logger = new Logger('Runs');
  private readonly open = new Set<Promise<void>>();
  private readonly checks = new Map<string, Promise<void>>();

  constructor(
    private readonly writer: RunWriter,
    private readonly checker: ResponseChecker,
    db: DbService,
  ) {
    db.beforeClose(() => this.close());
  }

  /** Opens the record of a run that begins; it has to be told how the run ended. */
  begin(head: RunHead, expectedResponse: object | null): RunRecording {
    const { connector, run, hide } = head;
    const check =
      expectedResponse &&
      this.checker.open({
        owner: connector.userId,
        name: `${connector.id} ${connector.version} ${run.functionName}`,
        ...{ expected: expectedResponse, hide },
      });
    let closed: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (closed = resolve));
    this.open.add(opened);
    return new RunRecording(check, (end, session) => {
      if (end) this.keep(head, end, session, check);
      this.open.delete(opened);
      closed();
    });
  }

  /** Notes on a run's record that its result was not as agreed. */
  judge({ runId, functionName }: FailedRun, { detail, members }: BadResultError): void {
    const pointer = members['pointer'];
    const message = detail.slice(`${functionName}: `.length);
    const error = { message, ...(typeof pointer === 'string' ? { pointer } : {}) };
    this.writer.amend(runId, { outcome: 'type', error: jsonText(error) });
  }

  /** Resolves once the runs that have ended in this process can be read. */
  flush(): Promise<void> {
    return this.writer.flush();
  }

  /** The same, and the check of this run's responses is done, unless that takes longer than two seconds. */
  async flushWhole(userId: string, runId: string): Promise<void> {
    const check = this.checks.get(`${userId} ${runId}`);
    if (check) await within(CHECKS_MS, check);
    await this.flush();
  }

  private keep(head: RunHead, end: RunEnd, session: Session, check: ResponseCheck | null): void {
    try {
      this.writer.add(runRow(head, end, session));
      if (check) this.report(head, check);
    } catch (error) {
      // A defect here is no failure of the run.
      this.logger.error({ runId: head.run.runId, err: error }, 'A run could not be put on record');
    }
  }

  private report({ run, connector }: RunHead, check: ResponseCheck): void {
    const name = `${connector.userId} ${run.runId}`;
    const reported = check.finish().then((report) => {
      this.writer.amend(run.runId, { responses: jsonText(report) });
      this.checks.delete(name);
    });
    this.checks.set(name, reported);
  }

  private async close(): Promise<void> {
    await within(LAST_RUNS_MS, Promise.all(this.open));
    await within(LAST_RUNS_MS, Promise.all(this.checks.values()));
    await this.writer.close();
  }
}

/** The record of one run while it goes on. */
export class RunRecording {
  private readonly began = performance.now();
  private ended = false;

  constructor(
    private readonly check: ResponseCheck | null,
    private readonly close: (end: RunEnd | null, session: Session) => void,
  ) {}

  /** Notes what came back for a request of the run. */
  answered(request: EgressRequest, response: EgressResponse): EgressResponse {
    this.check?.take(request, response);
    return response;
  }

  end(end: RunEnd, session: Session): void {
    if (this.ended) return;
    this.ended = true;
    this.close(end, session);
  }

  /** The run was broken off by an error of this service's own; nothing where it never began. */
  breakOff(error: unknown, session: Session): void {
    if (this.ended) return;
    this.ended = true;
    const neverBegan = error instanceof PoolBusyError || error instanceof PoolClosedError;
    const trace = { durationMs: performance.now() - this.began, log: [], logDropped: 0 };
    this.close(neverBegan ? null : { ...brokenOff(error), ...trace }, session);
  }
}

function brokenOff(error: unknown) {
  if (error instanceof ProblemError && error.type.code === 'run.result') {
    return { kind: 'limit', code: 'run.result', message: error.detail } as const;
  }
  return { kind: 'crashed', message: 'The run was broken off.' } as const;
}

/** Waits for work, but no longer than so many milliseconds. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, over]);
  clearTimeout(timer);
}
