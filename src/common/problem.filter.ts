import {
  Catch,
  HttpException,
  Injectable,
  Logger,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { logProblem, requestIdOf } from './logging.js';
import { KnownFailures } from './known-failures.js';
import { problemDocument, ProblemError } from './problem.js';
import {
  InternalError,
  MalformedRequestError,
  MethodNotAllowedError,
  RouteNotFoundError,
} from './request.errors.js';
import { RouteTable } from './route-table.js';

/** Turns every error into a problem document; what it does not know becomes a bare 500. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  constructor(
    private readonly routes: RouteTable,
    private readonly failures: KnownFailures,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const problem = this.toProblem(error, request);
    logProblem(problem);
    this.log(problem, requestIdOf(request));
    if (response.headersSent) {
      // An answer that has begun can't become a problem any more; it must not look whole either.
      response.destroy();
      return;
    }
    response
      .status(problem.type.status)
      .set(problem.headers)
      .set('Content-Type', 'application/problem+json; charset=utf-8')
      .end(JSON.stringify(problemDocument(problem, requestIdOf(request))));
  }

  /** Whatever else is 5xx is the failure of a connector or its remote, told to its owner. */
  private log(problem: ProblemError, requestId: string): void {
    const about = { err: problem.cause, requestId };
    if (problem instanceof InternalError) this.logger.error(about, problem.message);
    else if (this.failures.isOne(problem)) this.logger.warn(about, problem.message);
  }

  private toProblem(error: unknown, request: Request): ProblemError {
    if (error instanceof ProblemError) return error;
    if (error instanceof HttpException) {
      // The framework throws these two before a route is reached; the service itself never does.
      if (error.getStatus() === 404) {
        const allowed = this.routes.methodsOf(request.path);
        return allowed.length > 0 ? new MethodNotAllowedError(allowed) : new RouteNotFoundError();
      }
      if (error.getStatus() === 400) {
        return new MalformedRequestError('The path or the headers cannot be decoded.');
      }
    }
    return this.failures.problemOf(error) ?? new InternalError(error);
  }
}
