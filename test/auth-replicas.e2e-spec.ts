import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '../src/common/ids.js';
import { createDatabase, withClient } from './support/database.js';
import { Bench, type ServiceProcess } from './support/process.js';

const AGENT_SHARED_KEY = randomBytes(24).toString('hex');

interface Sent {
  method?: string;
  body?: object;
}

/** The status of a request with this Authorization header. */
async function status(
  service: ServiceProcess,
  path: string,
  authorization: string,
  { method = 'GET', body }: Sent = {},
): Promise<number> {
  const response = await fetch(service.url + path, {
    method,
    headers: { Authorization: authorization, 'Content-Type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  await response.arrayBuffer();
  return response.status;
}

/** How long, in ms, somebody who reads without a pause is still let in. */
async function letInFor(service: ServiceProcess, authorization: string): Promise<number> {
  const began = performance.now();
  let last = 0;
  while (performance.now() - began < 3000) {
    const asked = performance.now() - began;
    if ((await status(service, '/api-tokens', authorization)) === 200) last = asked;
  }
  return last;
}

describe('two services on one database', () => {
  let bench: Bench;
  let here: ServiceProcess;
  let there: ServiceProcess;
  let databaseUrl: string;

  beforeAll(async () => {
    bench = await Bench.open();
    databaseUrl = await createDatabase();
    const settings = {
      DATABASE_URL: databaseUrl,
      ENCRYPTION_KEYS: randomBytes(32).toString('base64'),
      AGENT_SHARED_KEY,
    };
    here = await bench.start(settings).ready();
    there = await bench.start({ ...settings, ROLE: 'api' }).ready();
  });

  afterAll(() => bench.end());

  /** A user with a token, as another process would have made them. */
  async function newUser(): Promise<{ userId: string; authorization: string }> {
    const [userId, token] = [newId('usr'), `ccs_${randomBytes(15).toString('hex')}`];
    await withClient(databaseUrl, async (client) => {
      await client.query('insert into users (id) values ($1)', [userId]);
      await client.query(
        `insert into api_tokens (id, user_id, hash, expires_at)
          values ($1, $2, sha256($3), now() + interval '1 day')`,
        [newId('atk'), userId, token],
      );
    });
    return { userId, authorization: `API-Token ${token}` };
  }

  async function newToken(authorization: string) {
    const response = await fetch(`${here.url}/api-tokens`, {
      method: 'POST',
      headers: { Authorization: authorization, 'Content-Type': 'application/json' },
      body: '{}',
    });
    const { id, token } = (await response.json()) as { id: string; token: string };
    return { id, authorization: `API-Token ${token}` };
  }

  it('let a revoked token in nowhere after a second, and not at all where it was revoked', async () => {
    const { authorization } = await newUser();
    const second = await newToken(authorization);
    for (const service of [here, there]) {
      expect(await status(service, '/api-tokens', second.authorization)).toBe(200);
    }
    // In use until the moment it is revoked.
    const removed = status(here, `/api-tokens/${second.id}`, authorization, { method: 'DELETE' });
    while ((await Promise.race([removed, sleep(0)])) === undefined) {
      await status(there, '/api-tokens', second.authorization);
    }
    expect(await removed).toBe(204);
    const [used, elsewhere] = await Promise.all([
      status(here, '/api-tokens', second.authorization),
      letInFor(there, second.authorization),
    ]);
    expect(used).toBe(401);
    expect(elsewhere).toBeLessThan(1000);
  });

  it('let a revoked token change nothing, in either', async () => {
    const { authorization } = await newUser();
    const second = await newToken(authorization);
    expect(await status(there, '/api-tokens', second.authorization)).toBe(200);
    const path = `/api-tokens/${second.id}`;
    expect(await status(here, path, authorization, { method: 'DELETE' })).toBe(204);
    const change = { method: 'POST', body: { name: 'late' } };
    expect(await status(there, '/custom-connectors', second.authorization, change)).toBe(401);
  });

  it('let nobody in for a removed user after a second', async () => {
    const { userId, authorization } = await newUser();
    const agent = `Agent-Token ${AGENT_SHARED_KEY}:${userId}`;
    for (const each of [authorization, agent]) {
      expect(await status(here, '/users/me', each)).toBe(200);
      expect(await status(there, '/api-tokens', each)).toBe(200);
    }
    expect(await status(here, '/users/me', authorization, { method: 'DELETE' })).toBe(202);
    const change = { method: 'POST', body: { name: 'late' } };
    expect(await status(there, '/custom-connectors', agent, change)).toBe(401);
    expect(await status(here, '/users/me', authorization)).toBe(401);
    expect(await status(here, '/users/me', agent)).toBe(401);
    const still = await Promise.all([letInFor(there, authorization), letInFor(there, agent)]);
    expect(Math.max(...still)).toBeLessThan(1000);
  });

  it('let a token in until the moment it expires', async () => {
    const { userId, authorization } = await newUser();
    const lives = 1500;
    await withClient(databaseUrl, (client) =>
      client.query(
        `update api_tokens set expires_at = now() + $2 * interval '1 ms' where user_id = $1`,
        [userId, lives],
      ),
    );
    const lasted = await letInFor(there, authorization);
    expect(lasted).toBeGreaterThan(lives / 2);
    expect(lasted).toBeLessThanOrEqual(lives);
  });
});
