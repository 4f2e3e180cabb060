import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import { describeError } from './describe-error.js';
import { addToLog, inLogContext, logContext, type LogContext } from './log-context.js';
import type { ProblemError } from './problem.js';
import { secretRedactor } from './redact-secrets.js';

export type { Logger } from 'pino';

declare module 'node:http' {
  interface IncomingMessage {
    /** What requestLog gave it. */
    id?: string;
  }
}

export interface LogOptions {
  level?: string;
  /** What must not be seen in it, whoever writes it. */
  secrets?: readonly string[];
}

/** The service's log: JSON lines to stdout, or to the stream given, without secrets. */
export function createLogger(
  { level = 'info', secrets = [] }: LogOptions = {},
  destination?: DestinationStream,
): Logger {
  const options: LoggerOptions = {
    ...{ level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    serializers: { err: (error: unknown) => describeError(error) },
    // The line that ends a request has these fields already.
    mixin: (line) => ('res' in line ? {} : { ...logContext() }),
    hooks: { streamWrite: secretRedactor(secrets) },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** What the framework says while it wires itself up; of use only to someone who debugs that. */
const WIRING = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory']);

/** Lets the framework, and every class that uses Nest's Logger, write to the service's log. */
export function nestLogger(logger: Logger): LoggerService {
  function write(level: 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'trace') {
    return (message: unknown, ...rest: unknown[]): void => {
      const last = rest.at(-1);
      const context = typeof last === 'string' ? last : undefined;
      const wiring = context !== undefined && WIRING.has(context) && level === 'info';
      const fields = typeof message === 'object' ? message : {};
      const texts = [message, ...rest.slice(0, -1)].filter((part) => typeof part === 'string');
      logger[wiring ? 'debug' : level]({ context, ...fields }, texts.join(' '));
    };
  }
  return {
    log: write('info'),
    error: write('error'),
    warn: write('warn'),
    debug: write('debug'),
    verbose: write('trace'),
    fatal: write('fatal'),
  };
}

/** The id that a request was given. */
export function requestIdOf(request: Pick<IncomingMessage, 'id'>): string {
  return request.id ?? '';
}

/** Has the line of a request say what it failed with; of a failure that is not the caller's, also why. */
export function logProblem({ type, cause }: ProblemError): void {
  const why = type.status >= 500 && cause !== undefined;
  addToLog({ code: type.code, ...(why ? { cause: describeError(cause, false) } : {}) });
}

/** Of a path, which anybody may make as long as headers can be. */
const MOST_PATH = 500;
/** Ids that tell which connector and which snapshot a request is about. */
const SUBJECTS = [
  ['connectorId', /\bcuc_[0-9A-Za-z]{10}\b/],
  ['snapshotId', /\bsna_[0-9A-Za-z]{10}\b/],
] as const;

/**
 * Gives each request an id, sent back as X-Request-Id, and writes one line when it is done: who asked for what,
 * what ran for it, how it ended, in how many milliseconds. Of the request it notes method and path alone:
 * headers, queries and bodies may hold secrets.
 */
export function requestLog(logger: Logger) {
  return (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    const began = performance.now();
    const requestId = randomUUID();
    request.id = requestId;
    response.setHeader('X-Request-Id', requestId);
    // Not later: on its way the router takes parts of the path away.
    const { method, url = '' } = request;
    const context: LogContext = { requestId, ...subjectsOf(url) };
    response.once('close', () => {
      const { statusCode, writableFinished } = response;
      const line = {
        ...context,
        ...{ req: { method, path: pathOf(url) }, res: { statusCode } },
        durationMs: Math.round(performance.now() - began),
      };
      if (statusCode >= 500) logger.error(line, 'request errored');
      else logger.info(line, writableFinished ? 'request completed' : 'request aborted');
    });
    inLogContext(context, next);
  };
}

function pathOf(url: string): string {
  return url.split('?', 1)[0]?.slice(0, MOST_PATH) ?? '';
}

function subjectsOf(url: string): LogContext {
  const path = pathOf(url);
  const found: LogContext = {};
  for (const [name, id] of SUBJECTS) {
    const [subject] = id.exec(path) ?? [];
    if (subject !== undefined) found[name] = subject;
  }
  return found;
}
