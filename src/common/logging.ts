import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';
import { pinoHttp } from 'pino-http';

export type { Logger } from 'pino';

/** The service's log: JSON lines to stdout, or to the stream given. */
export function createLogger(destination?: DestinationStream): Logger {
  const options = { base: null, timestamp: pino.stdTimeFunctions.isoTime };
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
  return typeof request.id === 'string' ? request.id : '';
}

/**
 * Gives each request an id, sent back as X-Request-Id, and writes one line when it is done. Of the
 * request it notes method and path alone: headers and queries may hold secrets.
 */
export function requestLog(logger: Logger) {
  return pinoHttp({
    logger,
    quietReqLogger: true,
    genReqId: (_request: IncomingMessage, response: ServerResponse) => {
      const id = randomUUID();
      response.setHeader('X-Request-Id', id);
      return id;
    },
    serializers: {
      req: ({ method, url }: { method: string; url: string }) => ({
        method,
        path: url.split('?', 1)[0],
      }),
      res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
    },
    customLogLevel: (_request, response, error) =>
      error !== undefined || response.statusCode >= 500 ? 'error' : 'info',
    customErrorObject: (_request, _response, error) => ({ err: { message: error.message } }),
  });
}
