import { createLogger } from './common/logging.js';
import { readEnvironment } from './config/read-environment.js';
import { parseSettings } from './config/settings.js';
import { printWelcome } from './print-welcome.js';
import { startService } from './start-service.js';

const logger = createLogger();

try {
  const settings = parseSettings(readEnvironment());
  const service = await startService(settings, logger);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      service.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          logger.fatal({ err: error }, 'The service did not stop in order');
          process.exit(1);
        },
      );
    });
  }
  await printWelcome(service, settings);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
