import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../src/config/package-root.js';
import { parseSettings, Settings } from '../src/config/settings.js';

interface Service {
  environment: Record<string, string>;
  ports?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: object;
}

describe('the container files', () => {
  let services: Record<'database' | 'service', Service>;
  let dockerfile: string;

  beforeAll(async () => {
    const compose = await readFile(join(packageRoot(), 'docker-compose.yml'), 'utf8');
    ({ services } = parse(compose) as { services: typeof services });
    dockerfile = await readFile(join(packageRoot(), 'Dockerfile'), 'utf8');
  });

  /** Puts values in where the compose file takes them from the shell. */
  function filled(environment: Record<string, string>): Record<string, string> {
    const shell: Record<string, string> = {
      POSTGRES_PASSWORD: 'pass-word',
      ENCRYPTION_KEYS: Buffer.alloc(32, 1).toString('base64'),
    };
    return Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [
        name,
        value.replace(/\$\{(\w+)(?::\?[^}]*)?\}/g, (_whole, key: string) => shell[key] ?? ''),
      ]),
    );
  }

  it('set only settings that there are, to values that pass', () => {
    const environment = filled(services.service.environment);
    const known = Object.keys(new Settings());
    expect(known).toEqual(expect.arrayContaining(Object.keys(environment)));
    const settings = parseSettings(environment);
    expect(settings.HOST).toBe('0.0.0.0');
    const url = new URL(settings.DATABASE_URL ?? '');
    const { POSTGRES_USER, POSTGRES_DB, POSTGRES_PASSWORD } = filled(services.database.environment);
    expect([url.hostname, url.username, url.password, url.pathname]).toEqual([
      ...['database', POSTGRES_USER, POSTGRES_PASSWORD, `/${POSTGRES_DB ?? ''}`],
    ]);
  });

  it('publish the port that the service listens on, on loopback', () => {
    const { PORT } = parseSettings(filled(services.service.environment));
    expect(services.service.ports).toEqual([`127.0.0.1:${PORT}:${PORT}`]);
    expect(dockerfile).toContain(`EXPOSE ${PORT}\n`);
    expect(dockerfile).toContain(`http://127.0.0.1:${PORT}/health/ready`);
  });

  it('start the service when the database is healthy', () => {
    expect(services.service.depends_on?.['database']?.condition).toBe('service_healthy');
    expect(services.database.healthcheck).toBeDefined();
  });

  it('use a Node that the package takes, and no root', async () => {
    const { engines } = JSON.parse(await readFile(join(packageRoot(), 'package.json'), 'utf8')) as {
      engines: { node: string };
    };
    expect(engines.node).toBe('>=20.19');
    const images = [...dockerfile.matchAll(/^FROM node:(\d+)-slim/gm)].map(([, major]) =>
      Number(major),
    );
    expect(images).toHaveLength(2);
    for (const major of images) expect(major).toBeGreaterThanOrEqual(22);
    expect(dockerfile.indexOf('USER node')).toBeGreaterThan(dockerfile.lastIndexOf('FROM'));
  });

  it('copy what the service reads while it runs', () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf('FROM'));
    for (const part of ['package.json', 'node_modules', 'dist', 'prisma', 'docs/connector.d.ts']) {
      expect(last).toContain(`COPY --from=build /app/${part} ./`);
    }
  });
});
