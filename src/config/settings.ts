import { plainToInstance } from 'class-transformer';
import { IsIn, IsOptional, IsString, Matches, MinLength, validateSync } from 'class-validator';
import {
  areKeys,
  areOrigins,
  aUrl,
  isEgressAllow,
  isListenAddress,
  isPublicKey,
  Passes,
  WholeNumber,
} from './setting-checks.js';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/**
 * Every setting of the service, named as in the environment. Durations are in seconds and sizes in
 * MB (2^20 bytes), as the names say.
 */
export class Settings {
  @WholeNumber(0, 65_535)
  PORT = 3010;

  @Passes(isListenAddress)
  HOST = '127.0.0.1';

  @IsOptional()
  @Passes(aUrl('postgres:', 'postgresql:'))
  DATABASE_URL?: string;

  @WholeNumber(5, 1000)
  DATABASE_CONNECTIONS = 20;

  @WholeNumber(0, 3600)
  DATABASE_WAIT_SECONDS = 60;

  @Matches(/\S/, { message: 'must be the path of a folder' })
  DATA_DIR = '.data';

  @IsOptional()
  @Passes(areKeys)
  ENCRYPTION_KEYS?: string;

  @IsOptional()
  @MinLength(32, { message: 'must have at least 32 characters' })
  AGENT_SHARED_KEY?: string;

  @IsOptional()
  @Passes(aUrl('https:', 'http:'))
  JWT_JWKS_URL?: string;

  @IsOptional()
  @Passes(isPublicKey)
  JWT_PUBLIC_KEY?: string;

  @IsOptional()
  @IsString()
  JWT_ISSUER?: string;

  @IsOptional()
  @IsString()
  JWT_AUDIENCE?: string;

  @IsOptional()
  @Passes(isEgressAllow)
  EGRESS_ALLOW?: string;

  @IsOptional()
  @IsIn(['openai-compatible', 'anthropic'], { message: 'must be openai-compatible or anthropic' })
  AI_PROVIDER?: 'openai-compatible' | 'anthropic';

  @IsOptional()
  @Passes(aUrl('https:', 'http:'))
  AI_BASE_URL?: string;

  @IsOptional()
  @IsString()
  AI_API_KEY?: string;

  @IsOptional()
  @IsString()
  AI_MODEL?: string;

  @WholeNumber(1, 3600)
  AI_TIMEOUT_SECONDS = 300;

  @IsIn(['all', 'api', 'worker'], { message: 'must be all, api or worker' })
  ROLE: 'all' | 'api' | 'worker' = 'all';

  @WholeNumber(0, 1_000_000)
  RATE_LIMIT_PER_MINUTE = 0;

  @WholeNumber(0, 1_000_000)
  MAX_CONNECTORS_PER_USER = 0;

  @WholeNumber(0, 1_000_000)
  MAX_SNAPSHOTS_PER_USER = 0;

  @WholeNumber(0, 1_000_000_000)
  MAX_COPIED_RECORDS_PER_USER = 0;

  @WholeNumber(1, 100_000)
  MAX_REQUESTS = 1000;

  @WholeNumber(0, 3600)
  SHUTDOWN_SECONDS = 20;

  @IsIn(LOG_LEVELS, { message: `must be one of ${LOG_LEVELS.join(', ')}` })
  LOG_LEVEL: (typeof LOG_LEVELS)[number] = 'info';

  @IsOptional()
  @Passes(areOrigins)
  CORS_ORIGINS?: string;

  @WholeNumber(1, 3650)
  RUN_RETENTION_DAYS = 30;

  @WholeNumber(1, 64)
  JOB_CONCURRENCY = 4;

  @WholeNumber(1, 64)
  JOBS_PER_USER = 2;

  @WholeNumber(2, 50)
  JOB_LEASE_SECONDS = 20;

  @WholeNumber(1, 3600)
  RUN_CALL_SECONDS = 30;

  @WholeNumber(1, 86_400)
  RUN_POLL_SECONDS = 600;

  @WholeNumber(1, 600)
  RUN_CPU_SECONDS = 10;

  @WholeNumber(32, 2048)
  RUN_MEMORY_MB = 128;

  @WholeNumber(1, 1_000_000)
  RUN_REQUESTS = 1000;

  @WholeNumber(1, 64)
  RUN_CONCURRENCY = 8;

  @WholeNumber(1, 1024)
  RESPONSE_MB = 20;

  @WholeNumber(1, 1024)
  RESULT_MB = 50;

  @WholeNumber(0, 100_000)
  RUN_LOG_LINES = 200;
}

/** The settings can't be used; the message names every fault, each with its setting. */
export class InvalidSettingsError extends Error {
  constructor(readonly faults: string[]) {
    super(['The settings cannot be used:', ...faults.map((fault) => `  ${fault}`)].join('\n'));
    this.name = 'InvalidSettingsError';
  }
}

/**
 * Reads the settings from an environment; an empty text counts as not set, names that are not
 * settings are passed over. Throws an InvalidSettingsError that names every fault and no value.
 */
export function parseSettings(environment: Record<string, string | undefined>): Settings {
  const names = Object.keys(new Settings());
  const given = Object.fromEntries(
    names.filter((name) => environment[name]).map((name) => [name, environment[name]]),
  );
  const settings = plainToInstance(Settings, given);
  const faults = validateSync(settings, { skipMissingProperties: false }).map(
    ({ property, constraints }) => `${property} ${Object.values(constraints ?? {}).join('; ')}`,
  );
  faults.push(...checkTogether(settings));
  if (faults.length > 0) throw new InvalidSettingsError(faults);
  return settings;
}

/** The faults that show only where several settings are seen side by side. */
function checkTogether(settings: Settings): string[] {
  const faults: string[] = [];
  // Any other value of ROLE is a fault of its own.
  if (['api', 'worker'].includes(settings.ROLE) && !settings.DATABASE_URL) {
    faults.push('DATABASE_URL is required where ROLE is not all');
  }
  if (settings.DATABASE_URL && !settings.ENCRYPTION_KEYS) {
    faults.push('ENCRYPTION_KEYS is required where DATABASE_URL is set');
  }
  if (settings.JWT_JWKS_URL && settings.JWT_PUBLIC_KEY) {
    faults.push('JWT_PUBLIC_KEY cannot be set beside JWT_JWKS_URL: one of them says who signs');
  }
  for (const name of ['JWT_ISSUER', 'JWT_AUDIENCE'] as const) {
    if ((settings.JWT_JWKS_URL || settings.JWT_PUBLIC_KEY) && !settings[name]) {
      faults.push(`${name} is required where JWT_JWKS_URL or JWT_PUBLIC_KEY is set`);
    }
  }
  for (const name of ['AI_BASE_URL', 'AI_API_KEY', 'AI_MODEL'] as const) {
    if (settings[name] && !settings.AI_PROVIDER) {
      faults.push(`AI_PROVIDER is required where ${name} is set`);
    }
  }
  return faults;
}
