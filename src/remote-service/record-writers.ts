import type { Request, Response } from 'express';
import { logProblem } from '../common/logging.js';
import { problemDocument, ProblemError } from '../common/problem.js';
import { InternalError } from '../common/request.errors.js';
import type { OnRecords } from './connector.types.js';
import { LIMIT_TYPES, RunLimitError } from './run.errors.js';
import type { ReadSummary } from './summary.js';

type Download = (onRecords: OnRecords) => Promise<ReadSummary>;

/** A JSON answer is put together in memory; more than this belongs into a stream. */
const MAX_JSON_BYTES = 64 * 1024 * 1024;
const LINE_END = 0x0a;
const COMMA = 0x2c;

/** A signal that fires when the client goes away before its answer is whole. */
export function departureOf(request: Request): AbortSignal {
  const gone = new AbortController();
  const { res: response } = request;
  if (response?.destroyed) gone.abort();
  response?.once('close', () => {
    if (!response.writableEnded) gone.abort();
  });
  return gone.signal;
}

/** Answers with `{ records, summary }`. The records stay the bytes that the sandbox wrote. */
export class JsonRecords {
  private readonly batches: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly response: Response) {}

  async write(download: Download): Promise<void> {
    const summary = await download((lines) => this.take(lines));
    const records = Buffer.concat(this.batches).subarray(0, -1);
    this.response
      .type('application/json')
      .send(
        Buffer.concat([
          Buffer.from('{"records":['),
          records,
          Buffer.from(`],"summary":${JSON.stringify(summary)}}`),
        ]),
      );
  }

  private take(lines: Uint8Array): Promise<void> {
    this.bytes += lines.length;
    if (this.bytes > MAX_JSON_BYTES) {
      const detail = 'As JSON an answer holds at most 64 MiB of records; read them as NDJSON.';
      return Promise.reject(new RunLimitError(LIMIT_TYPES['run.result'], detail));
    }
    // JSON text holds no line break but the ones between the records.
    const batch = Buffer.from(lines);
    for (let at = batch.indexOf(LINE_END); at >= 0; at = batch.indexOf(LINE_END, at)) {
      batch[at] = COMMA;
    }
    this.batches.push(batch);
    return Promise.resolve();
  }
}

/** Answers with a record a line, as they arrive, and the summary last. */
export class NdjsonRecords {
  constructor(
    private readonly response: Response,
    private readonly requestId: string,
  ) {}

  async write(download: Download): Promise<void> {
    try {
      const summary = await download((lines) => this.take(lines));
      this.begin();
      this.response.end(`${JSON.stringify({ summary })}\n`);
    } catch (error) {
      // Nothing is sent yet: the failure can be a plain problem.
      if (!this.response.headersSent) throw error;
      this.breakOff(error);
    }
  }

  private async take(lines: Uint8Array): Promise<void> {
    this.begin();
    const { response } = this;
    if (response.destroyed || response.write(lines)) return;
    await new Promise<void>((resolve) => {
      const goOn = (): void => {
        response.off('drain', goOn);
        response.off('close', goOn);
        resolve();
      };
      response.once('drain', goOn);
      response.once('close', goOn);
    });
  }

  private begin(): void {
    if (!this.response.headersSent) this.response.type('application/x-ndjson').status(200);
  }

  /** An answer that has begun ends with the problem, and then without its proper end. */
  private breakOff(error: unknown): void {
    const problem = error instanceof ProblemError ? error : new InternalError(error);
    logProblem(problem);
    const line = JSON.stringify({ error: problemDocument(problem, this.requestId) });
    this.response.write(`${line}\n`, () => {
      this.response.destroy();
    });
  }
}
