import { setFlagsFromString } from 'node:v8';
import { createLogger, type Logger } from './common/logging.js';
import { readEnvironment } from './config/read-environment.js';
import { secretsOf } from './config/secrets-of.js';
import { parseSettings, type Settings } from './config/settings.js';
import { printWelcome } from './print-welcome.js';
import { startService, type RunningService } from './start-service.js';

/**
 * By so much the heap may grow, each time V8 has collected it, before it is collected again. Left to itself V8
 * goes by how fast objects are made, of which there are few here; it then collects all of them every
 * few pages, for the bytes that pass through count as well.
 */
const HEAP_GROWTH_PERCENT = 200;
setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);

const stopping = new AbortController();

try {
  const settings = parseSettings(readEnvironment());
  const logger = createLogger({ level: settings.LOG_LEVEL, secrets: secretsOf(settings) });
  const starting = start(settings, logger);
  let signals = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // From the first moment on: a start that is broken off would leave PostgreSQL behind.
    process.on(signal, () => {
      stopping.abort();
      signals += 1;
      void stop(starting, signals, logger);
    });
  }
  await starting;
} catch (error) {
  // Told to stop while it waited for its database: there was nothing to stop yet.
  if (error === stopping.signal.reason) process.exit(0);
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

async function start(settings: Settings, logger: Logger): Promise<RunningService> {
  const service = await startService(settings, logger, stopping.signal);
  try {
    await printWelcome(service, settings);
    return service;
  } catch (error) {
    await service.stop();
    throw error;
  }
}

/** The first signal stops the service in order, the second without waiting for requests, the third at once. */
async function stop(
  starting: Promise<RunningService>,
  signals: number,
  logger: Logger,
): Promise<void> {
  if (signals > 2) process.exit(1);
  const service = await starting.catch(() => null);
  // A start that failed says so itself, and ends the process.
  if (!service) return;
  if (signals > 1) service.hurry();
  try {
    await service.stop();
    process.exit(0);
  } catch (error) {
    logger.fatal({ err: error }, 'The service did not stop in order');
    process.exit(1);
  }
}
