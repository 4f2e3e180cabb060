import { Injectable, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { requestIdOf } from '../../common/logging.js';
import { problemDocument } from '../../common/problem.js';
import { InternalError, InvalidRequestError } from '../../common/request.errors.js';
import { departureOf } from '../record-writers.js';
import { IdempotencyService } from './idempotency.service.js';
import { writeRequest, type WriteRoute } from './write-request.js';
import type { RecordResult, WriteOptions } from './write.types.js';

const KEY = /^[!-~]{1,255}$/;

/** The write that a request asks for. */
interface Asked extends Omit<WriteRoute, 'method'> {
  /** The records, or their ids, as they were sent. */
  records: readonly unknown[];
}

/** Answers writes over HTTP: once for each Idempotency-Key, else as long as the client is there. */
@Injectable()
export class WriteAnswerService {
  private readonly logger = new Logger('Write');

  constructor(private readonly idempotency: IdempotencyService) {}

  /** Does the write and sends `{ results }`. Throws a ProblemError where nothing of it was tried. */
  async answer(
    { records, ...route }: Asked,
    request: Request,
    response: Response,
    write: (options: WriteOptions) => Promise<RecordResult[]>,
  ): Promise<void> {
    const key = keyOf(request);
    const toText = (result: RecordResult): string => this.toText(result, requestIdOf(request));
    const { method } = request;
    const texts =
      key === undefined
        ? (await write({ signal: departureOf(request) })).map(toText)
        : await this.idempotency.once(
            writeRequest({ ...route, method }, key, records),
            toText,
            write,
          );
    response.type('application/json').send(`{"results":[${texts.join(',')}]}`);
  }

  private toText(result: RecordResult, requestId: string): string {
    if (result.status === 'ok') return JSON.stringify(result);
    const { status, problem } = result;
    if (problem instanceof InternalError) {
      this.logger.error({ err: problem.cause, requestId }, problem.message);
    }
    return JSON.stringify({ status, error: problemDocument(problem, requestId) });
  }
}

/** The request's Idempotency-Key; an InvalidRequestError where it is none. */
function keyOf({ headers }: Request): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && KEY.test(key)) return key;
  throw new InvalidRequestError([
    { header: 'Idempotency-Key', detail: 'must be 1 to 255 visible ASCII characters' },
  ]);
}
