import type { NextFunction, Request, Response } from 'express';
import { ServiceBusyError } from './request.errors.js';

/** What tells whether the service is well has to answer most of all when it is not. */
const ALWAYS_SERVED = /^\/(?:health\/|metrics$)/;

/** Serves so many requests at once and passes a ServiceBusyError on for each further one. */
export function limitRequests(most: number) {
  let open = 0;
  return (request: Request, response: Response, next: NextFunction): void => {
    if (ALWAYS_SERVED.test(request.path)) {
      next();
      return;
    }
    if (open >= most) {
      next(new ServiceBusyError());
      return;
    }
    open += 1;
    response.once('close', () => {
      open -= 1;
    });
    next();
  };
}
