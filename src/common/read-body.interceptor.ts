import { isUtf8 } from 'node:buffer';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import express, { type Request, type Response } from 'express';
import type { Observable } from 'rxjs';
import { hasMoreValues } from './count-values.js';
import {
  BodyTooLargeError,
  MalformedRequestError,
  RequestTimeoutError,
  UnsupportedBodyError,
} from './request.errors.js';

const MIB = 1024 * 1024;
const DEFAULT_LIMIT_MIB = 5;
const LIMIT = 'body:limitMiB';
const UNREAD = 'body:unread';
/** A million small objects take JSON.parse half a second, in which nobody else is served. */
const MOST_VALUES = 1_000_000;
const TOO_MANY = 'values.too.many';
const NOT_UTF8 = 'encoding.not.utf8';

/** Sets how large a body a route takes, in MiB. Without it the limit is 5 MiB. */
export const BodyLimit = (mib: number) => SetMetadata(LIMIT, mib);

/**
 * Gives a route its body as bytes, for it to be parsed elsewhere: parsing one of many megabytes here
 * would hold up everybody else. The route then says itself what is wrong with it.
 */
export const UnparsedBody = () => SetMetadata(UNREAD, true);

/**
 * Reads the JSON body of a request. It runs after the guards, so that a body is read only for a
 * caller who may send one.
 */
@Injectable()
export class ReadBodyInterceptor implements NestInterceptor {
  private readonly parsers = new Map<string, ReturnType<typeof express.json>>();

  constructor(private readonly reflector: Reflector) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    if (request.method !== 'GET' && request.method !== 'HEAD' && hasBody(request)) {
      const limit =
        (this.reflector.get<number | undefined>(LIMIT, context.getHandler()) ?? DEFAULT_LIMIT_MIB) *
        MIB;
      const unparsed =
        this.reflector.get<boolean | undefined>(UNREAD, context.getHandler()) ?? false;
      if (!isJson(request)) throw new UnsupportedBodyError();
      await this.read(request, response, limit, unparsed);
    }
    return next.handle();
  }

  private async read(
    request: Request,
    response: Response,
    limit: number,
    unparsed: boolean,
  ): Promise<void> {
    const name = `${limit} ${String(unparsed)}`;
    let parse = this.parsers.get(name);
    if (!parse) {
      const options = { limit, type: () => true };
      parse = unparsed ? express.raw(options) : express.json({ ...options, strict: false, verify });
      this.parsers.set(name, parse);
    }
    const read = parse;
    await new Promise<void>((resolve, reject) => {
      read(request, response, (error?: unknown) => {
        if (error === undefined) resolve();
        else reject(explain(error, limit));
      });
    });
  }
}

/**
 * Throws where a body is not UTF-8, of which the parser would make something else, or has more values
 * than may be parsed at once, which a small one can't have.
 */
function verify(_request: unknown, _response: unknown, body: Buffer): void {
  if (!isUtf8(body)) throw Object.assign(new Error('not UTF-8'), { type: NOT_UTF8 });
  if (body.length <= MOST_VALUES || !hasMoreValues(body, MOST_VALUES)) return;
  throw Object.assign(new Error('too many values'), { type: TOO_MANY });
}

function hasBody(request: Request): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined ||
    (request.headers['content-length'] ?? '0') !== '0'
  );
}

function isJson(request: Request): boolean {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '')
    .toLowerCase()
    .split(';');
  const charset = parameters.map((p) => p.trim()).find((p) => p.startsWith('charset='));
  return (
    /^application\/([\w.+-]+\+)?json$/.test(type.trim()) &&
    (charset === undefined || /^charset="?utf-?8"?$/.test(charset))
  );
}

/** What the body parser reports, in the words of this service. */
function explain(error: unknown, limit: number): Error {
  const { type, message } = error as { type?: string; message?: string };
  switch (type) {
    case 'entity.too.large':
      return new BodyTooLargeError(`This route takes a body of at most ${limit / MIB} MiB.`);
    case NOT_UTF8:
      return new MalformedRequestError('The body is not UTF-8.');
    case TOO_MANY:
      return new BodyTooLargeError(`A body has at most ${MOST_VALUES} values.`);
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new UnsupportedBodyError();
    case 'request.aborted':
      return new RequestTimeoutError();
    case 'request.size.invalid':
      return new MalformedRequestError('The body is not as long as Content-Length says.');
    case 'entity.parse.failed':
      return new MalformedRequestError(`The body is not JSON${positionIn(message)}.`);
    default:
      // The remaining failures of the parser are a body that can't be inflated, or a stream error.
      return new MalformedRequestError('The body cannot be decoded.');
  }
}

/** Where the parser stopped. The rest of its message quotes the body, which may hold a secret. */
function positionIn(message = ''): string {
  const position = /at position (\d+)/.exec(message)?.[1];
  return position === undefined ? '' : `: the fault is at character ${position}`;
}
