import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../src/config/package-root.js';
import { parseSettings, Settings } from '../src/config/settings.js';
import { composeServices, type ComposeService } from './support/compose.js';

describe('the container files', () => {
  let database: ComposeService;
  let own: [string, ComposeService][];
  let dockerfile: string;

  beforeAll(async () => {
    const { database: found, ...others } = await composeServices();
    if (!found) throw new Error('There is no database.');
    database = found;
    own = Object.entries(others);
    dockerfile = await readFile(join(packageRoot(), 'Dockerfile'), 'utf8');
  });

  it('set only settings that there are, to values that pass', () => {
    const { POSTGRES_USER, POSTGRES_DB, POSTGRES_PASSWORD } = database.environment;
    for (const [name, { environment }] of own) {
      const known = Object.keys(new Settings());
      expect(known).toEqual(expect.arrayContaining(Object.keys(environment)));
      const settings = parseSettings(environment);
      expect([settings.ROLE, settings.HOST]).toEqual([name, '0.0.0.0']);
      const url = new URL(settings.DATABASE_URL ?? '');
      expect([url.hostname, url.username, url.password, url.pathname]).toEqual([
        ...['database', POSTGRES_USER, POSTGRES_PASSWORD, `/${POSTGRES_DB ?? ''}`],
      ]);
    }
  });

  it('run two processes of each kind, with room for more at the database', () => {
    expect(own.map(([name, { deploy }]) => [name, deploy?.replicas])).toEqual([
      ['api', 2],
      ['worker', 2],
    ]);
    const allowed = Number(/max_connections=(\d+)/.exec(database.command?.join(' ') ?? '')?.[1]);
    const { DATABASE_CONNECTIONS } = new Settings();
    // Each process has one more while it starts; some are kept for the superuser.
    expect(2 * 4 * (DATABASE_CONNECTIONS + 1) + 10).toBeLessThanOrEqual(allowed);
  });

  it('publish the port that the API listens on, one for each replica, on loopback', () => {
    for (const [name, { environment, ports }] of own) {
      const { PORT } = parseSettings(environment);
      const last = PORT + 1;
      expect(ports).toEqual(name === 'api' ? [`127.0.0.1:${PORT}-${last}:${PORT}`] : undefined);
      expect(dockerfile).toContain(`EXPOSE ${PORT}\n`);
      expect(dockerfile).toContain(`PORT=${PORT}\n`);
    }
    expect(dockerfile).toContain("'http://127.0.0.1:' + process.env.PORT + '/health/ready'");
  });

  it('start the service when the database is healthy, and give it time to stop', () => {
    expect(database.healthcheck).toBeDefined();
    for (const [, { depends_on, stop_grace_period }] of own) {
      expect(depends_on?.['database']?.condition).toBe('service_healthy');
      expect(stop_grace_period).toBe('30s');
    }
  });

  it('let the service write nowhere but to /tmp, and do nothing that root may', () => {
    for (const [, { read_only, tmpfs, cap_drop }] of own) {
      expect([read_only, tmpfs, cap_drop]).toEqual([true, ['/tmp'], ['ALL']]);
    }
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
