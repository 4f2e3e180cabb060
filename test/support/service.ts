import { randomBytes } from 'node:crypto';
import supertest from 'supertest';
import { ApiDocsService } from '../../src/api-docs/api-docs.service.js';
import { ApiTokenService } from '../../src/auth/api-token.service.js';
import { UserService } from '../../src/auth/user.service.js';
import { createLogger } from '../../src/common/logging.js';
import { secretsOf } from '../../src/config/secrets-of.js';
import { parseSettings } from '../../src/config/settings.js';
import { startService, type RunningService } from '../../src/start-service.js';
import { Contract } from './contract.js';
import { createDatabase } from './database.js';

/** What came back. */
export interface Answer {
  status: number;
  headers: Record<string, string | undefined>;
  text: string;
  body: unknown;
}

export interface RequestOptions {
  headers?: Record<string, string>;
  body?: unknown;
}

/** The API as one caller uses it; each answer is held against the OpenAPI document. */
export class Api {
  constructor(
    private readonly url: string,
    private readonly contract: Contract,
    readonly authorization?: string,
  ) {}

  get(path: string, headers?: Record<string, string>) {
    return this.send('GET', path, headers ? { headers } : {});
  }

  post(path: string, body?: unknown, headers?: Record<string, string>) {
    return this.send('POST', path, { body, ...(headers ? { headers } : {}) });
  }

  put(path: string, body: unknown, headers?: Record<string, string>) {
    return this.send('PUT', path, { body, ...(headers ? { headers } : {}) });
  }

  delete(path: string, headers?: Record<string, string>) {
    return this.send('DELETE', path, headers ? { headers } : {});
  }

  async send(method: string, path: string, { headers, body }: RequestOptions): Promise<Answer> {
    const request = supertest(this.url)[method.toLowerCase() as 'get'](path);
    if (this.authorization) request.set('Authorization', this.authorization);
    for (const [name, value] of Object.entries(headers ?? {})) request.set(name, value);
    const response = await (body === undefined ? request : request.send(body as object));
    const answer = response as Answer;
    this.contract.check(method, path, answer);
    return answer;
  }
}

/** A service that a spec started for itself, with everything it has written to its log. */
export interface TestService {
  running: RunningService;
  url: string;
  databaseUrl: string;
  log: string[];
  contract: Contract;
  /** Without a token. */
  anonymous: Api;
  /** As a new user. */
  newUser(): Promise<Api & { userId: string; token: string }>;
  as(authorization: string): Api;
  stop(): Promise<void>;
}

/**
 * Starts a service in this process, on a database of its own and a free port. One at a time in a
 * spec: Passport keeps one set of strategies for a process, and the newest service's serve.
 */
export async function startTestService(
  environment: Record<string, string> = {},
): Promise<TestService> {
  const databaseUrl = environment['DATABASE_URL'] ?? (await createDatabase());
  const settings = parseSettings({
    PORT: '0',
    SHUTDOWN_SECONDS: '5',
    DATABASE_URL: databaseUrl,
    ENCRYPTION_KEYS: randomBytes(32).toString('base64'),
    ...environment,
  });
  const log: string[] = [];
  const logger = createLogger(
    { level: settings.LOG_LEVEL, secrets: secretsOf(settings) },
    { write: (line) => log.push(line) },
  );
  const running = await startService(settings, logger);
  const { app, url } = running;
  const contract = new Contract(app.get(ApiDocsService).document);
  const as = (authorization: string) => new Api(url, contract, authorization);
  return {
    ...{ running, url, databaseUrl, log, contract, as },
    anonymous: new Api(url, contract),
    async newUser() {
      const userId = await app.get(UserService).named(randomBytes(6).toString('hex'));
      const { token } = await app.get(ApiTokenService).create(userId, null);
      return Object.assign(as(`API-Token ${token}`), { userId, token });
    },
    stop: () => running.stop(),
  };
}
