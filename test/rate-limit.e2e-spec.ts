import { randomBytes } from 'node:crypto';
import { createDatabase, withClient } from './support/database.js';
import { Bench, type ServiceProcess } from './support/process.js';
import { startTestService, type TestService } from './support/service.js';

describe('RATE_LIMIT_PER_MINUTE in one process', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ RATE_LIMIT_PER_MINUTE: '5' });
  });
  afterAll(() => service.stop());

  const windows = (sql: string) =>
    withClient(service.databaseUrl, async (client) => (await client.query(sql)).rows as unknown[]);

  it('says what is left in every answer, and when there is more', async () => {
    const user = await service.newUser();
    const first = await user.get('/users/me');
    expect(first.headers['ratelimit-policy']).toBe('"user";q=5;w=60');
    expect(first.headers['ratelimit']).toMatch(/^"user";r=4;t=(60|59)$/);
    for (let i = 0; i < 4; i += 1) await user.get('/nothing/of/the/kind');
    for (let i = 0; i < 4; i += 1) await user.get('/custom-connectors/cuc_0000000000');
    const refused = await user.get('/users/me');
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ code: 'request.rate_limited' });
    const seconds = Number(refused.headers['retry-after']);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(refused.headers['ratelimit']).toBe(`"user";r=0;t=${seconds}`);
  });

  it('forgets a user who is removed', async () => {
    const user = await service.newUser();
    await user.get('/users/me');
    const rows = `select 1 from rate_windows where user_id = '${user.userId}'`;
    expect(await windows(rows)).toHaveLength(1);
    await user.delete('/users/me');
    expect(await windows(rows)).toHaveLength(0);
  });

  it('takes a user whom another process removed for no failure of the database', async () => {
    const user = await service.newUser();
    await user.get('/users/me');
    await windows(`delete from users where id = '${user.userId}'`);
    expect((await user.get('/users/me')).status).toBe(401);
    expect(service.log.join('\n')).not.toContain('Requests are counted in this process alone');
  });

  it('keeps health and metrics out of it', async () => {
    for (let i = 0; i < 7; i += 1) {
      const { status, headers } = await service.anonymous.get('/health/live');
      expect([status, headers['ratelimit']]).toEqual([200, undefined]);
    }
  });

  it('holds users to it by itself where counts cannot be kept or take too long', async () => {
    const user = await service.newUser();
    const other = await service.newUser();
    await withClient(service.databaseUrl, async (client) => {
      await client.query('begin; lock table rate_windows in access exclusive mode');
      const began = Date.now();
      const statuses = [];
      for (let i = 0; i < 7; i += 1) statuses.push((await user.get('/users/me')).status);
      expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
      expect((await other.get('/users/me')).status).toBe(200);
      expect(Date.now() - began).toBeLessThan(4000);
      await client.query('rollback');
    });
    expect(service.log.join('\n')).toContain('Requests are counted in this process alone for now');
  });

  it('serves again once the minute is over', async () => {
    const user = await service.newUser();
    for (let i = 0; i < 5; i += 1) await user.get('/users/me');
    await windows(`update rate_windows set ends_at = now() where user_id = '${user.userId}'`);
    // The process itself remembers that there is nothing left; another one asks.
    const other = await startTestService({
      ...{ RATE_LIMIT_PER_MINUTE: '5', DATABASE_URL: service.databaseUrl },
    });
    try {
      const again = await other.as(user.authorization ?? '').get('/users/me');
      expect(again.headers['ratelimit']).toMatch(/^"user";r=4;/);
    } finally {
      await other.stop();
    }
  });
});

describe('RATE_LIMIT_PER_MINUTE in two processes', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.open();
  });
  afterAll(() => bench.end());

  it.each([7, 200])(
    'lets a user make %d requests in all, whichever process gets them',
    async (limit) => {
      const settings = {
        DATABASE_URL: await createDatabase(),
        ENCRYPTION_KEYS: randomBytes(32).toString('base64'),
        RATE_LIMIT_PER_MINUTE: String(limit),
        ROLE: 'api',
      };
      const services = [bench.start(settings), bench.start(settings)];
      const { stdout } = await bench.command('token', ['--user', 'one'], settings);
      const token = /^Token +(\S+)$/m.exec(stdout)?.[1] ?? '';
      for (const service of services) await service.ready();
      const ask = async (service: ServiceProcess) => {
        const response = await service.request('/users/me', { token });
        await response.text();
        return response.status;
      };
      const statuses: number[] = [];
      // In bursts, so that both are asked at once.
      for (let i = 0; i < limit; i += 10) {
        const burst = services.flatMap((service) => Array.from({ length: 10 }, () => ask(service)));
        statuses.push(...(await Promise.all(burst)));
      }
      expect(statuses.filter((status) => status === 200)).toHaveLength(limit);
      expect(new Set(statuses)).toEqual(new Set([200, 429]));
      for (const service of services) {
        expect(await ask(service)).toBe(429);
        expect((await service.stop()).code).toBe(0);
      }
    },
    60_000,
  );
});
