import pg from 'pg';
import { classifyFailure } from './classify-failure.js';
import { databaseProblem } from './database-problem.js';

/** An error as the server sends it. */
function sent(code: string): Error {
  const error = new pg.DatabaseError('as it is told', 20, 'error');
  error.code = code;
  error.severity = 'FATAL';
  return error;
}

/** The same, as Prisma hands it on from a raw statement. */
function wrapped(cause: object): Error {
  const driverAdapterError = Object.assign(new Error('adapter'), { cause });
  return Object.assign(new Error('Raw query failed'), {
    code: 'P2010',
    meta: { driverAdapterError },
  });
}

describe('classifyFailure', () => {
  it.each([
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
    ...['ENOTFOUND', 'EAI_AGAIN', 'ENOENT'],
    ...['08000', '08001', '08003', '08004', '08006', '08P01', '25006', '25P03'],
    ...['53000', '53100', '53200', '53300', '53400', '57P01', '57P02', '57P03', '57P04', '57P05'],
    ...['58000', '58030', 'P1001', 'P1002', 'P1008', 'P1011', 'P1017', 'P2037'],
  ])('finds the database unavailable by %s', (code) => {
    expect(classifyFailure(sent(code))).toBe('unavailable');
    expect(classifyFailure(wrapped({ kind: 'postgres', originalCode: code }))).toBe('unavailable');
    expect(databaseProblem(sent(code))).toMatchObject({
      ...{ type: { code: 'database.unavailable', status: 503 }, headers: { 'Retry-After': '5' } },
    });
  });

  it.each(['40001', '40P01', '55P03', '57014', 'P2024', 'P2028', 'P2034'])(
    'finds it busy by %s',
    (code) => {
      expect(classifyFailure(sent(code))).toBe('busy');
      expect(classifyFailure(wrapped({ kind: 'postgres', originalCode: code }))).toBe('busy');
      expect(databaseProblem(sent(code))).toMatchObject({
        ...{ type: { code: 'database.busy', status: 503 }, headers: { 'Retry-After': '5' } },
      });
    },
  );

  it.each([
    ['DatabaseNotReachable', 'unavailable'],
    ['ConnectionClosed', 'unavailable'],
    ['SocketTimeout', 'unavailable'],
    ['TooManyConnections', 'unavailable'],
    ['TransactionWriteConflict', 'busy'],
  ])('knows the adapter’s %s', (kind, failure) => {
    expect(classifyFailure(wrapped({ kind }))).toBe(failure);
  });

  it.each([
    ['Connection terminated', 'unavailable'],
    ['Connection terminated unexpectedly', 'unavailable'],
    ['Connection terminated due to connection timeout', 'unavailable'],
    ['Client has encountered a connection error and is not queryable', 'unavailable'],
    ['Client was closed and is not queryable', 'unavailable'],
    ['timeout expired', 'unavailable'],
    ['timeout exceeded when trying to connect', 'busy'],
  ])('knows what the driver says: %s', (message, failure) => {
    expect(classifyFailure(new Error(message))).toBe(failure);
  });

  it('looks into errors of several addresses', () => {
    const both = ['ECONNREFUSED', 'EHOSTUNREACH'].map((code) =>
      Object.assign(new Error(code), { code }),
    );
    expect(classifyFailure(new AggregateError(both))).toBe('unavailable');
  });

  it.each([
    ...[sent('23505'), sent('22P02'), sent('42P01'), sent('28P01'), sent('28000'), sent('3D000')],
    ...[sent('XX000'), sent('P2002'), new Error('Not a connection at all'), new TypeError('x')],
    ...[wrapped({ kind: 'UniqueConstraintViolation', originalCode: '23505' })],
    ...[wrapped({ kind: 'constructor' }), null, undefined, 'ECONNREFUSED', 7],
  ])('leaves what is no failure of the database to others (%#)', (error) => {
    expect(classifyFailure(error)).toBeNull();
    expect(databaseProblem(error)).toBeNull();
  });

  it('comes to an end with errors that cause each other', () => {
    const error = new Error('one');
    error.cause = Object.assign(new Error('other'), { cause: error });
    expect(classifyFailure(error)).toBeNull();
  });
});
