import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ApiDocsService } from './api-docs/api-docs.service.js';
import { AppModule } from './app.module.js';
import { CappedExpressAdapter, OpenAnswers } from './common/http-server.js';
import { limitRequests } from './common/limit-requests.js';
import { securityHeaders } from './common/security-headers.js';
import { Shutdown } from './common/shutdown.js';
import { answerBrokenRequests } from './common/broken-requests.js';
import { nestLogger, requestLog, type Logger } from './common/logging.js';
import { measureRequests, Metrics } from './common/metrics.js';
import type { Settings } from './config/settings.js';
import { openDatabase, type Database } from './db/database.js';
import { AddressPolicy } from './egress/address-policy.js';

/** A service that listens. */
export interface RunningService {
  app: NestExpressApplication;
  url: string;
  database: Database;
  /** Lets requests end for SHUTDOWN_SECONDS, then closes all: connections, sandbox, database. */
  stop(): Promise<void>;
  /** Breaks off the requests for which `stop` would wait. */
  hurry(): void;
}

/**
 * Starts the service on its database and begins to listen. What fails here leaves nothing behind. The
 * signal breaks off the waiting for a database, and nothing else.
 */
export async function startService(
  settings: Settings,
  logger: Logger,
  signal?: AbortSignal,
): Promise<RunningService> {
  const database = await openDatabase(settings, { logger, signal });
  let app: NestExpressApplication | undefined;
  try {
    app = await createApp(settings, database, logger);
    await app.listen(settings.PORT, settings.HOST);
    return await running(app, database, settings);
  } catch (error) {
    await app?.close();
    await database.close();
    throw error;
  }
}

async function createApp(
  settings: Settings,
  database: Database,
  logger: Logger,
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.with(settings, database),
    new CappedExpressAdapter(),
    // Bodies are read behind the guards, by an interceptor.
    { bodyParser: false, logger: nestLogger(logger), abortOnError: false },
  );
  app.disable('x-powered-by');
  // Express would answer 304 by a hash of the body, where an ETag here is the version of a record.
  app.disable('etag');
  app.use(requestLog(logger), securityHeaders);
  if (settings.CORS_ORIGINS) {
    app.enableCors({
      origin: settings.CORS_ORIGINS.split(',').map((origin) => origin.trim()),
      exposedHeaders: [
        'ETag',
        'Link',
        'Location',
        'RateLimit',
        'RateLimit-Policy',
        'Retry-After',
        'X-Request-Id',
      ],
      maxAge: 600,
    });
  }
  app.use(measureRequests(app.get(Metrics)), limitRequests(settings.MAX_REQUESTS));
  answerBrokenRequests(app.getHttpServer());
  if (settings.ROLE !== 'worker') app.get(ApiDocsService).build(app);
  return app;
}

async function running(
  app: NestExpressApplication,
  database: Database,
  settings: Settings,
): Promise<RunningService> {
  const server = app.getHttpServer();
  const { port } = server.address() as AddressInfo;
  app.get(AddressPolicy).forbid({ address: settings.HOST, port });
  const answers = new OpenAnswers(server);
  const hurry = new AbortController();
  let stopping: Promise<void> | undefined;
  async function stop(): Promise<void> {
    app.get(Shutdown).begin();
    await answers.end(settings.SHUTDOWN_SECONDS * 1000, hurry.signal);
    try {
      await app.close();
    } finally {
      await database.close();
    }
  }
  return {
    ...{ app, url: await app.getUrl(), database },
    stop: () => (stopping ??= stop()),
    hurry: () => {
      hurry.abort();
    },
  };
}
