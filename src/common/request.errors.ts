import { ProblemError, problemType, type Fault } from './problem.js';

/** Something in the body, the query or a header breaks its description; every fault is named. */
export class InvalidRequestError extends ProblemError {
  static readonly type = problemType('request.invalid', 400, 'The request is not valid');
  constructor(errors: Fault[]) {
    const count = errors.length === 1 ? 'One fault' : `${errors.length} faults`;
    super(InvalidRequestError.type, `${count} in the request; see errors.`, { errors });
  }
}

/** The request could not be read as HTTP, its path not decoded, or its body not parsed. */
export class MalformedRequestError extends ProblemError {
  static readonly type = problemType('request.malformed', 400, 'The request cannot be read');
  constructor(detail: string) {
    super(MalformedRequestError.type, detail);
  }
}

/** No route has this path. */
export class RouteNotFoundError extends ProblemError {
  static readonly type = problemType('route.not_found', 404, 'No such route');
  constructor() {
    super(RouteNotFoundError.type, 'No route has this path. The routes are listed at /docs.');
  }
}

/** The path is known, but not with this method. */
export class MethodNotAllowedError extends ProblemError {
  static readonly type = problemType('route.method_not_allowed', 405, 'Method not allowed');
  constructor(allowed: string[]) {
    const allow = allowed.join(', ');
    super(MethodNotAllowedError.type, `This path takes ${allow}.`, { headers: { Allow: allow } });
  }
}

/** The body is larger than this route takes, in bytes or in values. */
export class BodyTooLargeError extends ProblemError {
  static readonly type = problemType('request.too_large', 413, 'The body is too large');
  constructor(detail: string) {
    super(BodyTooLargeError.type, detail);
  }
}

/** The body is of another type, charset or encoding than JSON in UTF-8. */
export class UnsupportedBodyError extends ProblemError {
  static readonly type = problemType('request.unsupported_type', 415, 'Unsupported media type');
  constructor() {
    super(
      UnsupportedBodyError.type,
      'Bodies are JSON: send Content-Type: application/json, in UTF-8.',
    );
  }
}

/** The stated If-Match names another version than the stored one. */
export class PreconditionFailedError extends ProblemError {
  static readonly type = problemType('request.precondition_failed', 412, 'Precondition failed');
  constructor() {
    super(
      PreconditionFailedError.type,
      'The record has changed since the version that If-Match names. Read it again.',
    );
  }
}

/** The header section of the request is larger than this server takes. */
export class HeadersTooLargeError extends ProblemError {
  static readonly type = problemType('request.headers_too_large', 431, 'The headers are too large');
  constructor() {
    super(HeadersTooLargeError.type, 'The headers are larger than 16 KiB.');
  }
}

/** The request did not arrive in time. */
export class RequestTimeoutError extends ProblemError {
  static readonly type = problemType('request.timeout', 408, 'The request took too long');
  constructor() {
    super(RequestTimeoutError.type, 'The request was not complete in time.');
  }
}

/** As many requests are being served as the process serves at once. */
export class ServiceBusyError extends ProblemError {
  static readonly type = problemType('service.busy', 503, 'The service is busy');
  constructor() {
    super(ServiceBusyError.type, 'Too many requests are being served at once. Try again shortly.', {
      headers: { 'Retry-After': '1' },
    });
  }
}

/** Something failed here. The cause is in the log under the request's id, and nowhere else. */
export class InternalError extends ProblemError {
  static readonly type = problemType('internal', 500, 'Internal error');
  constructor(cause: unknown) {
    super(InternalError.type, 'Something failed here. The log has it under this requestId.', {
      cause,
    });
  }
}
