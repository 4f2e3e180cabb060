import { setTimeout as sleep } from 'node:timers/promises';
import pg, { type ClientConfig } from 'pg';
import type { Logger } from '../common/logging.js';
import { classifyFailure } from './classify-failure.js';
import { DatabaseUnusableError, reasonOf } from './db.errors.js';

/** How long one try to connect may take. */
const CONNECT_MS = 5_000;
const FIRST_PAUSE_MS = 200;
const MOST_PAUSE_MS = 2_000;

/** How a start treats a database that is not there yet. */
export interface Patience {
  /** How long it is waited for; 0: it is tried once. */
  seconds: number;
  logger?: Logger | undefined;
  /** Breaks the waiting off, which then rejects with its reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Resolves once the database takes connections. Throws a DatabaseUnusableError where it does not in
 * time, or at once where waiting would not help: a wrong password, a database that does not exist.
 */
export async function waitForDatabase(
  connection: ClientConfig,
  { seconds, logger, signal }: Patience,
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  for (
    let pause = FIRST_PAUSE_MS, isWaiting = false;
    ;
    pause = Math.min(2 * pause, MOST_PAUSE_MS)
  ) {
    signal?.throwIfAborted();
    try {
      await untilAborted(connectOnce(connection), signal);
      if (isWaiting) logger?.info('The database takes connections; the start goes on');
      return;
    } catch (error) {
      signal?.throwIfAborted();
      if (classifyFailure(error) !== 'unavailable') {
        throw new DatabaseUnusableError(`The database cannot be used: ${reasonOf(error)}`);
      }
      if (performance.now() + pause > end) {
        const after = seconds > 0 ? ` within ${seconds} seconds` : '';
        throw new DatabaseUnusableError(
          `The database cannot be reached${after}: ${reasonOf(error)}`,
        );
      }
      if (!isWaiting) {
        const reason = reasonOf(error);
        logger?.warn({ reason }, `The database is waited for, up to ${seconds} seconds`);
      }
      isWaiting = true;
    }
    await sleep(pause, undefined, signal ? { signal } : {}).catch(() => undefined);
  }
}

async function connectOnce(connection: ClientConfig): Promise<void> {
  const client = new pg.Client({ connectionTimeoutMillis: CONNECT_MS, ...connection });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } finally {
    // A server that says nothing any more would not say goodbye either.
    void client.end().catch(() => undefined);
  }
}

/** Rejects with the signal's reason as soon as that fires, whatever becomes of the work. */
async function untilAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return work;
  const over = new AbortController();
  work.catch(() => undefined);
  try {
    await Promise.race([
      work,
      new Promise<never>((_resolve, reject) => {
        const listen = { once: true, signal: over.signal };
        const leave = () => {
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the reason is the caller's own
          reject(signal.reason);
        };
        signal.addEventListener('abort', leave, listen);
      }),
    ]);
  } finally {
    over.abort();
  }
}
