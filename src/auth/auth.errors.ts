import { ProblemError, problemType } from '../common/problem.js';

/** No strategy let the caller in. Its answer is the same whatever was wrong. */
export class UnauthenticatedError extends ProblemError {
  static readonly type = problemType('auth.unauthenticated', 401, 'Not authenticated');
  constructor() {
    super(
      UnauthenticatedError.type,
      'Send a valid Authorization header: API-Token, Agent-Token or Bearer.',
      {
        headers: {
          'WWW-Authenticate':
            'API-Token realm="custom-connector-service", ' +
            'Agent-Token realm="custom-connector-service", ' +
            'Bearer realm="custom-connector-service"',
        },
      },
    );
  }
}

/** The user has no API token with this id. */
export class ApiTokenNotFoundError extends ProblemError {
  static readonly type = problemType('api_token.not_found', 404, 'No such API token');
  constructor() {
    super(ApiTokenNotFoundError.type, 'You have no API token with this id.');
  }
}

/** The user makes more requests than RATE_LIMIT_PER_MINUTE allows. */
export class RateLimitedError extends ProblemError {
  static readonly type = problemType('request.rate_limited', 429, 'Too many requests');
  constructor(limit: number, retryAfterSeconds: number) {
    super(RateLimitedError.type, `You may make ${limit} requests a minute.`, {
      headers: { 'Retry-After': String(retryAfterSeconds) },
    });
  }
}
