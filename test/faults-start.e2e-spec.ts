import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createDatabase } from './support/database.js';
import { Bench } from './support/process.js';
import { until } from './support/process-tree.js';

/** An ErrorResponse as PostgreSQL sends it: https://www.postgresql.org/docs/current/protocol-message-formats.html */
function refusal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5, 'E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

describe('a start without its database', () => {
  let bench: Bench;
  let server: Server;
  let answer: Buffer | null = null;
  let asked = 0;

  beforeAll(async () => {
    bench = await Bench.open();
    server = createServer((socket) => {
      asked += 1;
      socket.on('error', () => undefined);
      socket.once('data', () => {
        if (answer) socket.end(answer);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => bench.endAll());
  afterAll(async () => {
    server.close();
    await bench.end();
  });

  function start(DATABASE_URL: string, DATABASE_WAIT_SECONDS = '60') {
    const ENCRYPTION_KEYS = randomBytes(32).toString('base64');
    return bench.start({ DATABASE_URL, ENCRYPTION_KEYS, DATABASE_WAIT_SECONDS });
  }

  function scripted(): string {
    return `postgresql://one:secret@127.0.0.1:${(server.address() as AddressInfo).port}/one`;
  }

  it.each([
    ['starts up', refusal('57P03', 'the database system is starting up'), 1],
    ['has no place', refusal('53300', 'sorry, too many clients already'), 1],
    ['says nothing at all', null, 0],
  ])(
    'ends at once with code 0 when it is told to, while the database %s',
    async (_what, said, again) => {
      answer = said;
      asked = 0;
      const service = start(scripted());
      await until(() => asked > again, 20_000);
      if (said) await until(() => /is waited for, up to 60 seconds/.test(service.stdout), 5_000);
      const began = performance.now();
      expect(await service.stop()).toEqual({ code: 0, signal: null });
      expect(performance.now() - began).toBeLessThan(2_000);
      expect(service.stderr).toBe('');
      expect(service.stdout).not.toContain('secret');
    },
  );

  it.each([
    ['refused', '127.0.0.1:1', /ECONNREFUSED/],
    ['not known by name', 'database.invalid:5432', /ENOTFOUND|EAI_AGAIN/],
  ])('fails with one line where an address stays %s', async (_what, host, reason) => {
    const service = start(`postgresql://one:secret@${host}/one`, '1');
    expect(await service.ended).toEqual({ code: 1, signal: null });
    expect(service.stderr).toMatch(/^The database cannot be reached within 1 seconds: .*\n$/);
    expect(service.stderr).toMatch(reason);
    expect(service.stdout.match(/is waited for/g)).toHaveLength(1);
  });

  it('fails at once where waiting would not help', async () => {
    const url = await createDatabase();
    const wrong: [string, RegExp][] = [
      [url.replace(/\/\/([^:]+):[^@]+@/, '//$1:wrong@'), /password authentication failed/],
      [url.replace(/\/test_\w+/, '/not_there'), /database "not_there" does not exist/],
    ];
    await Promise.all(
      wrong.map(async ([to, reason]) => {
        const service = start(to);
        expect(await service.ended).toEqual({ code: 1, signal: null });
        expect(service.stderr).toMatch(/^The database cannot be used: .*\n$/);
        expect(service.stderr).toMatch(reason);
        expect(service.stdout).toBe('');
      }),
    );
  });
});
