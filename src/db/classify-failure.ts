/**
 * What a failure of the database is to whoever asked: `unavailable`: it can't be reached, or can't do
 * its work for now; `busy`: it works, but this had no turn or not the time.
 */
export type DatabaseFailure = 'unavailable' | 'busy';

/** Of a socket, as Node names them (libuv); a socket's file that is not there is `ENOENT`. */
const SOCKET = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENOTCONN'],
  ...['EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'ENOENT'],
]);

/**
 * PostgreSQL's, https://www.postgresql.org/docs/current/errcodes-appendix.html: connections (08), a
 * transaction that may only read (25006: a standby, or a disk that fills up), one that was idle for too
 * long (25P03), resources (53), a server that stops or starts (57P), and its disk (58).
 */
const STATE_UNAVAILABLE = /^(?:08...|25006|25P03|53...|57P0[1-5]|58...)$/;
/** Serialization and deadlocks (40), a lock that was not to be had, a statement that was cancelled. */
const STATE_BUSY = /^(?:40...|55P03|57014)$/;

/** Prisma's, https://www.prisma.io/docs/orm/reference/error-reference */
const PRISMA: Record<string, DatabaseFailure> = {
  ...{ P1001: 'unavailable', P1002: 'unavailable', P1008: 'unavailable', P1011: 'unavailable' },
  ...{ P1017: 'unavailable', P2037: 'unavailable' },
  ...{ P2024: 'busy', P2028: 'busy', P2034: 'busy' },
};

/** Of the adapter between Prisma and the driver, which keeps no code of a socket's failures. */
const KINDS: Record<string, DatabaseFailure> = {
  ...{ DatabaseNotReachable: 'unavailable', ConnectionClosed: 'unavailable' },
  ...{ SocketTimeout: 'unavailable', TooManyConnections: 'unavailable' },
  TransactionWriteConflict: 'busy',
};

/** What the driver and its pool say without a code. */
const TOLD: [RegExp, DatabaseFailure][] = [
  [/^timeout exceeded when trying to connect$/, 'busy'],
  [/^Connection terminated\b/, 'unavailable'],
  [
    /^Client (?:was closed|has encountered a connection error) and is not queryable$/,
    'unavailable',
  ],
  [/^timeout expired$/, 'unavailable'],
  [/^Cannot use a pool after calling end on the pool$/, 'unavailable'],
];

/** Errors in errors are looked at this deep. */
const MOST_DEPTH = 8;

/** Tells from an error of the driver or of Prisma what failed; null where it is nothing of the kind. */
export function classifyFailure(error: unknown, depth = 0): DatabaseFailure | null {
  if (typeof error !== 'object' || error === null || depth > MOST_DEPTH) return null;
  const members = error as Record<string, unknown>;
  const { code, originalCode, kind, message, cause, meta, errors, driverAdapterError } = members;
  // The code of the database itself says more than what was made of it.
  const inner = [
    cause,
    meta,
    driverAdapterError,
    ...(Array.isArray(errors) ? (errors as unknown[]) : []),
  ];
  for (const part of inner) {
    const found = classifyFailure(part, depth + 1);
    if (found) return found;
  }
  return ofCode(originalCode) ?? ofCode(code) ?? named(KINDS, kind) ?? ofMessage(message);
}

function ofCode(code: unknown): DatabaseFailure | null {
  if (typeof code !== 'string') return null;
  if (SOCKET.has(code) || STATE_UNAVAILABLE.test(code)) return 'unavailable';
  if (STATE_BUSY.test(code)) return 'busy';
  return named(PRISMA, code);
}

function named(failures: Record<string, DatabaseFailure>, name: unknown): DatabaseFailure | null {
  if (typeof name !== 'string' || !Object.hasOwn(failures, name)) return null;
  return failures[name] ?? null;
}

function ofMessage(message: unknown): DatabaseFailure | null {
  if (typeof message !== 'string') return null;
  return TOLD.find(([pattern]) => pattern.test(message))?.[1] ?? null;
}
