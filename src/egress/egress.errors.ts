import type { EgressErrorCode } from './egress.types.js';

/**
 * Why a request of connector code did not succeed, told so that its author understands it. The
 * message names the host at most: no user name or password of a URL, no query, no header value.
 */
export class EgressError extends Error {
  override readonly name = 'EgressError';

  constructor(
    readonly code: EgressErrorCode,
    message: string,
    /** Whether another try may succeed where this one did not. */
    readonly retryable = false,
    /** Whether nothing of the request can have reached the remote. */
    readonly unsent = false,
  ) {
    super(message);
  }
}

/** Whether this is an EgressError; by its name, so that it holds across realms. */
export function isEgressError(error: unknown): error is EgressError {
  return textOf(error, 'name') === 'EgressError';
}

/**
 * Turns what ended a request to `host` into the EgressError that connector code sees. Throws on
 * what is neither a signal's nor the network's doing, and so a defect of this service.
 */
export function toEgressError(error: unknown, host: string, signal: AbortSignal): EgressError {
  if (isEgressError(error)) return error;
  if (signal.aborted) return abortError(signal.reason, host);
  // undici's HTTPParserError often has no code.
  const code = textOf(error, 'code') || textOf(error, 'name').replace(/^HTTPParserError$/, 'HPE_');
  const known = failures.find(([pattern]) => pattern.test(code));
  if (known) return known[1](host, code);
  if (!networkCode.test(code)) throw error;
  return new EgressError('remote.unreachable', `the connection to ${host} broke (${code})`, true);
}

/** What an aborted signal means: a deadline passed, or somebody gave up. */
export function abortError(reason: unknown, host: string): EgressError {
  if (isEgressError(reason)) return reason;
  return textOf(reason, 'name') === 'TimeoutError'
    ? new EgressError('remote.timeout', `${host} did not answer in full before the deadline`)
    : new EgressError('run.cancelled', `the request to ${host} was cancelled`);
}

const networkCode = /^(E[A-Z]+|EAI_\w+|UND_ERR_\w+|ERR_(SOCKET|STREAM)_\w+)$/;

type Failure = (host: string, code: string) => EgressError;

const failures: [RegExp, Failure][] = [
  [
    /^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/,
    (host, code) =>
      new EgressError(
        'remote.timeout',
        `${host} did not accept a connection in time`,
        true,
        code === 'UND_ERR_CONNECT_TIMEOUT',
      ),
  ],
  [
    /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/,
    (host) =>
      new EgressError('remote.timeout', `${host} went silent before its answer was complete`),
  ],
  [
    /^(ENOTFOUND|ENODATA|EAI_NODATA|EAI_NONAME)$/,
    (host) =>
      new EgressError(
        'remote.unreachable',
        `${host} could not be resolved to an address`,
        false,
        true,
      ),
  ],
  [
    /^EAI_AGAIN$/,
    (host) =>
      new EgressError('remote.unreachable', `${host} could not be resolved for now`, true, true),
  ],
  [
    /^ECONNREFUSED$/,
    (host) => new EgressError('remote.unreachable', `${host} refused the connection`, true, true),
  ],
  [
    /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|EPROTO)/,
    (host, code) =>
      new EgressError('remote.unreachable', `no trusted TLS connection to ${host} (${code})`),
  ],
  [
    /^(HPE_|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)/,
    (host) =>
      new EgressError('remote.bad_response', `${host} answered with what is not valid HTTP`),
  ],
  [
    /^UND_ERR_(INVALID_ARG|NOT_SUPPORTED)$/,
    (host) => new EgressError('remote.bad_request', `the request to ${host} is not valid HTTP`),
  ],
  [
    /^UND_ERR_(DESTROYED|CLOSED)$/,
    (host) => new EgressError('run.cancelled', `the run ended before ${host} answered`),
  ],
];

function textOf(value: unknown, property: 'code' | 'name'): string {
  if (typeof value !== 'object' || value === null) return '';
  const text: unknown = Reflect.get(value, property);
  return typeof text === 'string' ? text : '';
}
