import { randomBytes } from 'node:crypto';
import { createDatabase } from './support/database.js';
import { Bench } from './support/process.js';

describe('ROLE', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.open();
  });
  afterAll(() => bench.end());

  it.each([
    ['api', 401],
    ['worker', 404],
  ])('%s serves health, and answers other routes with %d', async (ROLE, status) => {
    const service = await bench
      .start({
        ROLE,
        DATABASE_URL: await createDatabase(),
        ENCRYPTION_KEYS: randomBytes(32).toString('base64'),
      })
      .ready();
    expect((await service.request('/health/ready')).status).toBe(200);
    expect((await service.request('/custom-connectors')).status).toBe(status);
    expect((await service.stop()).code).toBe(0);
  });
});
