import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';
import fc from 'fast-check';
import { packageRoot } from './package-root.js';
import { InvalidSettingsError, parseSettings, Settings } from './settings.js';

const KEY = Buffer.alloc(32, 7).toString('base64');
const URL_KEY = Buffer.alloc(32, 0xff).toString('base64url');
const DATABASE_URL = 'postgresql://user@db/service';
const NAMES = Object.keys(new Settings());

function publicKey(type: 'RSA' | 'P-256' | 'P-384' | 'Ed25519'): string {
  const { publicKey: key } =
    type === 'RSA'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : type === 'Ed25519'
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('ec', { namedCurve: type });
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

const JWT = { JWT_ISSUER: 'https://id.example.com', JWT_AUDIENCE: 'service' };

/** What was set or has a default. */
function settingsOf(environment: Record<string, string>): object {
  return Object.fromEntries(Object.entries(parseSettings(environment)));
}

/** The faults of an environment; none where it can be used. */
function faultsOf(environment: Record<string, string | undefined>): string[] {
  try {
    parseSettings(environment);
    return [];
  } catch (error) {
    if (error instanceof InvalidSettingsError) return error.faults;
    throw error;
  }
}

describe('parseSettings', () => {
  it('has a default for all that can go without saying', () => {
    expect(settingsOf({})).toEqual({
      ...{ PORT: 3010, HOST: '127.0.0.1', DATA_DIR: '.data', ROLE: 'all' },
      ...{ RATE_LIMIT_PER_MINUTE: 0, RUN_RETENTION_DAYS: 30 },
      ...{ MAX_REQUESTS: 1000, SHUTDOWN_SECONDS: 20, LOG_LEVEL: 'info' },
      ...{ MAX_CONNECTORS_PER_USER: 0, MAX_SNAPSHOTS_PER_USER: 0, MAX_COPIED_RECORDS_PER_USER: 0 },
      ...{ DATABASE_WAIT_SECONDS: 60, DATABASE_CONNECTIONS: 20 },
      ...{ JOB_CONCURRENCY: 4, JOBS_PER_USER: 2, JOB_LEASE_SECONDS: 20, AI_TIMEOUT_SECONDS: 300 },
      ...{ RUN_CALL_SECONDS: 30, RUN_POLL_SECONDS: 600, RUN_CPU_SECONDS: 10, RUN_MEMORY_MB: 128 },
      ...{ RUN_REQUESTS: 1000, RUN_CONCURRENCY: 8, RESPONSE_MB: 20, RESULT_MB: 50 },
      RUN_LOG_LINES: 200,
    });
  });

  it('takes an empty text as not set, and passes over what is no setting', () => {
    const empty = Object.fromEntries(NAMES.map((name) => [name, '']));
    expect(settingsOf({ ...empty, PATH: '/bin', port: '1' })).toEqual(settingsOf({}));
  });

  it.each([
    { PORT: '0', HOST: '::1' },
    { PORT: '65535', HOST: 'localhost' },
    { HOST: '0.0.0.0', DATA_DIR: '/srv/a folder, of data' },
    { DATABASE_URL: 'postgres://u:p@db:5433/x?host=/run', ENCRYPTION_KEYS: KEY },
    { ENCRYPTION_KEYS: `${KEY}, ${URL_KEY}` },
    { ROLE: 'worker', DATABASE_URL, ENCRYPTION_KEYS: KEY },
    { ROLE: 'api', DATABASE_URL, ENCRYPTION_KEYS: KEY },
    { AGENT_SHARED_KEY: 'x'.repeat(32) },
    { JWT_JWKS_URL: 'https://id.example.com/jwks', ...JWT },
    { JWT_PUBLIC_KEY: publicKey('RSA'), ...JWT },
    { JWT_PUBLIC_KEY: publicKey('P-256').replaceAll('\n', '\\n'), ...JWT },
    { EGRESS_ALLOW: 'db.corp.example,10.0.0.0/8,[::1]:3000,localhost:80' },
    { CORS_ORIGINS: 'https://app.example.com, http://localhost:5173' },
    { AI_PROVIDER: 'anthropic', AI_API_KEY: 'k', AI_MODEL: 'm' },
    { AI_PROVIDER: 'openai-compatible', AI_BASE_URL: 'http://127.0.0.1:11434/v1' },
  ])('takes what is right (%#)', (environment) => {
    expect(parseSettings(environment)).toMatchObject(
      'PORT' in environment ? { ...environment, PORT: Number(environment.PORT) } : environment,
    );
  });

  it.each([
    ['PORT', 0, 65_535],
    ['RATE_LIMIT_PER_MINUTE', 0, 1_000_000],
    ['MAX_REQUESTS', 1, 100_000],
    ['SHUTDOWN_SECONDS', 0, 3600],
    ['MAX_CONNECTORS_PER_USER', 0, 1_000_000],
    ['MAX_SNAPSHOTS_PER_USER', 0, 1_000_000],
    ['MAX_COPIED_RECORDS_PER_USER', 0, 1_000_000_000],
    ['DATABASE_CONNECTIONS', 5, 1000],
    ['RUN_RETENTION_DAYS', 1, 3650],
    ['DATABASE_WAIT_SECONDS', 0, 3600],
    ['RUN_CALL_SECONDS', 1, 3600],
    ['RUN_POLL_SECONDS', 1, 86_400],
    ['RUN_CPU_SECONDS', 1, 600],
    ['RUN_MEMORY_MB', 32, 2048],
    ['RUN_REQUESTS', 1, 1_000_000],
    ['RUN_CONCURRENCY', 1, 64],
    ['RESPONSE_MB', 1, 1024],
    ['RESULT_MB', 1, 1024],
    ['RUN_LOG_LINES', 0, 100_000],
  ] as const)('takes whole numbers alone for %s, from %d to %d', (name, least, most) => {
    expect(parseSettings({ [name]: String(least) })[name]).toBe(least);
    expect(parseSettings({ [name]: String(most) })[name]).toBe(most);
    const wrong = [least - 1, most + 1, least + 0.5, `${most}x`, '1e3', '0x10', ' ', 'NaN'];
    for (const text of [...wrong, '9'.repeat(13)]) {
      expect(faultsOf({ [name]: String(text) })).toEqual([
        expect.stringMatching(`^${name} must be `),
      ]);
    }
  });

  it.each<[string, Record<string, string>]>([
    ['HOST', { HOST: 'example.com' }],
    ['HOST', { HOST: '127.0.0.1:80' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://db/x', ENCRYPTION_KEYS: KEY }],
    ['DATABASE_URL', { DATABASE_URL: 'db/x', ENCRYPTION_KEYS: KEY }],
    ['DATABASE_URL', { ROLE: 'worker' }],
    ['DATABASE_URL', { ROLE: 'api', ENCRYPTION_KEYS: KEY }],
    ['DATA_DIR', { DATA_DIR: ' \t' }],
    ['ENCRYPTION_KEYS', { DATABASE_URL }],
    ['ENCRYPTION_KEYS', { ENCRYPTION_KEYS: 'c2hvcnQ=' }],
    ['ENCRYPTION_KEYS', { ENCRYPTION_KEYS: `${KEY},${KEY.slice(0, 40)}` }],
    ['ENCRYPTION_KEYS', { ENCRYPTION_KEYS: `${KEY},` }],
    ['ENCRYPTION_KEYS', { ENCRYPTION_KEYS: `${KEY}${KEY}` }],
    ['AGENT_SHARED_KEY', { AGENT_SHARED_KEY: 'x'.repeat(31) }],
    ['JWT_JWKS_URL', { JWT_JWKS_URL: 'file:///etc/jwks', ...JWT }],
    ['JWT_PUBLIC_KEY', { JWT_PUBLIC_KEY: 'no key', ...JWT }],
    ['JWT_PUBLIC_KEY', { JWT_PUBLIC_KEY: publicKey('P-384'), ...JWT }],
    ['JWT_PUBLIC_KEY', { JWT_PUBLIC_KEY: publicKey('Ed25519'), ...JWT }],
    [
      'JWT_PUBLIC_KEY',
      { JWT_PUBLIC_KEY: publicKey('RSA'), JWT_JWKS_URL: 'https://id.example.com', ...JWT },
    ],
    ['JWT_ISSUER', { JWT_JWKS_URL: 'https://id.example.com', JWT_AUDIENCE: 'x' }],
    ['JWT_AUDIENCE', { JWT_JWKS_URL: 'https://id.example.com', JWT_ISSUER: 'x' }],
    ['EGRESS_ALLOW', { EGRESS_ALLOW: 'db,10.0.0.5/8' }],
    ['ROLE', { ROLE: 'All' }],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
    ['CORS_ORIGINS', { CORS_ORIGINS: '*' }],
    ['CORS_ORIGINS', { CORS_ORIGINS: 'https://app.example.com/' }],
    ['CORS_ORIGINS', { CORS_ORIGINS: 'https://app.example.com,' }],
    ['AI_PROVIDER', { AI_PROVIDER: 'other' }],
    ['AI_BASE_URL', { AI_PROVIDER: 'anthropic', AI_BASE_URL: 'ftp://x' }],
    ['AI_PROVIDER', { AI_MODEL: 'm' }],
    ['AI_PROVIDER', { AI_BASE_URL: 'https://x.example' }],
    ['AI_PROVIDER', { AI_API_KEY: 'k' }],
  ])('finds one fault, in %s (%#)', (name, environment) => {
    expect(faultsOf(environment)).toEqual([expect.stringMatching(`^${name} [a-z]`)]);
  });

  it('names all faults together, one on a line', () => {
    const environment = {
      PORT: 'x',
      HOST: 'x',
      ROLE: 'worker',
      AI_MODEL: 'x',
      JWT_PUBLIC_KEY: 'x',
    };
    const faults = faultsOf(environment);
    expect(faults.map((fault) => fault.split(' ')[0]).sort()).toEqual(
      [
        'AI_PROVIDER',
        'DATABASE_URL',
        'HOST',
        'JWT_AUDIENCE',
        'JWT_ISSUER',
        'JWT_PUBLIC_KEY',
      ].concat('PORT'),
    );
    expect(() => parseSettings(environment)).toThrow(
      ['The settings cannot be used:', ...faults.map((fault) => `  ${fault}`)].join('\n'),
    );
  });

  it('never says a value', () => {
    // Longer than any word of a message, so that it is in one only where it was put there.
    const secret = fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => `${text}~S3cr3t~`);
    const environments = fc.dictionary(fc.constantFrom(...NAMES), secret, { minKeys: 1 });
    fc.assert(
      fc.property(environments, (environment) => {
        for (const fault of faultsOf(environment)) {
          expect(NAMES).toContain(fault.split(' ')[0]);
          expect(fault).not.toContain('~S3cr3t~');
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('.env.example', () => {
  const text = readFileSync(join(packageRoot(), '.env.example'), 'utf8');

  it('names every setting with its default, and sets none', () => {
    expect(parse(text)).toEqual({});
    const named = parse(text.replaceAll(/^# (?=[A-Z_]+=)/gm, ''));
    const defaults = Object.entries(new Settings()).map(([name, value]: [string, unknown]) => [
      name,
      value === undefined ? '' : String(value as string | number),
    ]);
    expect(named).toEqual(Object.fromEntries(defaults));
  });

  it('explains each setting in the line above it', () => {
    const lines = text.split('\n');
    for (const [index, line] of lines.entries()) {
      if (/^# [A-Z_]+=/.test(line)) expect(lines[index - 1]).toMatch(/^# [A-Z][^=]*\.|openssl/);
    }
  });
});
