import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDatabase, withClient } from './support/database.js';
import { Bench, serverOf, type ServiceProcess } from './support/process.js';

function newKey(): string {
  return randomBytes(32).toString('base64');
}

/** What the token command printed. */
function printed(stdout: string): { user: string; token: string } {
  const [, user = '', token = ''] =
    /^User +(\S+)\nToken +(\S+)\nExpires +\S+Z\n/.exec(stdout) ?? [];
  return { user, token };
}

async function userOf(service: ServiceProcess, token: string): Promise<unknown> {
  const body = (await (await service.request('/users/me', { token })).json()) as { id: string };
  return body.id;
}

describe('the commands', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.open();
  });
  afterEach(() => bench.endAll());
  afterAll(() => bench.end());

  describe('token', () => {
    it('makes users and tokens, without a service and beside one', async () => {
      const DATA_DIR = bench.dataDir('tokens');
      const token = (...args: string[]) => bench.command('token', args, { DATA_DIR });

      const before = await token('--user', ' Ada Lovelace ');
      expect(before).toMatchObject({ code: 0, stderr: '' });
      const ada = printed(before.stdout);
      expect(ada.user).toMatch(/^usr_[0-9A-Za-z]{10}$/);
      expect(await serverOf(DATA_DIR)).toEqual({ pid: 0, socketFolder: '' });

      const service = await bench.start({ DATA_DIR }).ready();
      // There is a user by now, so none is made by the start.
      expect(service.token).toBeUndefined();
      expect(await userOf(service, ada.token)).toBe(ada.user);

      const { pid } = await serverOf(DATA_DIR);
      const names = ['Ada Lovelace', ada.user, 'Grace', 'Grace', 'usr_0000000000', 'usr_short'];
      const outputs = await Promise.all(names.map((name) => token(`--user=${name}`)));
      const made = [ada, ...outputs.slice(0, 4).map(({ stdout }) => printed(stdout))];
      const [, again, byId, grace, sameGrace] = made.map(({ user }) => user);
      expect([again, byId]).toEqual([ada.user, ada.user]);
      expect(grace).not.toBe(ada.user);
      expect(sameGrace).toBe(grace);
      expect(new Set(made.map((one) => one.token)).size).toBe(5);
      for (const one of made) expect(await userOf(service, one.token)).toBe(one.user);
      for (const index of [4, 5]) {
        const stderr = `There is no user ${names[index]}.\n`;
        expect(outputs[index]).toEqual({ code: 1, signal: null, stdout: '', stderr });
      }
      expect(await serverOf(DATA_DIR)).toMatchObject({ pid });
    }, 120_000);

    it('says how it is used, and starts nothing, when called otherwise', async () => {
      const DATA_DIR = bench.dataDir('unused');
      const calls = [[], ['--user', ' '], ['--user'], ['--user', 'Ada', '--name', 'Ada'], ['Ada']];
      const outputs = calls.map((args) => bench.command('token', args, { DATA_DIR }));
      const stderr = 'Usage: npm run token -- --user <name or usr_ id>\n';
      const refused = { code: 1, signal: null, stdout: '', stderr };
      expect(await Promise.all(outputs)).toEqual(calls.map(() => refused));
      expect(existsSync(DATA_DIR)).toBe(false);
    }, 120_000);
  });

  describe('import-openapi', () => {
    it('prints a line for each document, and what each came to where that is asked for', async () => {
      const folder = bench.dataDir('documents');
      await mkdir(folder);
      const schema = { type: 'array', items: { type: 'object', properties: { id: {}, age: {} } } };
      const list = { responses: { 200: { content: { 'application/json': { schema } } } } };
      const good = {
        ...{ openapi: '3.1.0', info: { title: 'Pets' }, servers: [{ url: 'https://a.example' }] },
        paths: { '/pets': { get: list }, '/log-in': { post: { responses: {} } } },
      };
      await writeFile(join(folder, 'b-pets.json'), JSON.stringify(good));
      await writeFile(join(folder, 'c-old.yml'), 'swaggerVersion: "1.2"\n');
      await writeFile(join(folder, 'notes.txt'), 'no document');
      const run = (...args: string[]) => bench.command('import-openapi', args, {});
      const all = await run(folder, join(folder, 'a-missing.json'));
      expect(all).toMatchObject({ code: 1, stderr: '' });
      expect(all.stdout.replaceAll(/\d+ ms/g, 'ms').split('\n')).toEqual([
        'a-missing.json  failed: there is no file that can be read',
        'b-pets.json  tables: pets  skipped: 1  ms',
        expect.stringMatching(/^c-old\.yml {2}failed: \/document .+ {2}ms$/),
        '',
      ]);
      const one = await run('--verbose', join(folder, 'b-pets.json'));
      expect(one.code).toBe(0);
      expect(one.stdout).toMatch(/^ {2}POST \/log-in: it .+$/m);
      expect(one.stdout).toContain("const BASE_URL = 'https://a.example';");
      const other = await run(
        '--verbose',
        '--server',
        'https://b.example',
        join(folder, 'b-pets.json'),
      );
      expect(other.stdout).toContain("'https://b.example'");
    });

    it('says how it is used where it is called otherwise, and where there is nothing', async () => {
      const folder = bench.dataDir('nothing');
      await mkdir(folder);
      const run = (...args: string[]) => bench.command('import-openapi', args, {});
      for (const args of [[], ['--unknown', folder]]) {
        expect(await run(...args)).toMatchObject({
          code: 1,
          stdout: '',
          stderr: expect.stringMatching(/^Usage: npm run import-openapi .+\n$/) as string,
        });
      }
      expect(await run(folder)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('no document') as string,
      });
    });
  });

  describe('rotate-keys', () => {
    const APIS = ['0123456789abcdef', 'short', 'a longer key of 32 characters..'];

    async function define(service: ServiceProcess, token: string): Promise<void> {
      for (const apiKey of [...APIS, undefined]) {
        const body = JSON.stringify({ name: 'with a key', apiKey });
        const made = await service.request('/custom-connectors', { method: 'POST', body, token });
        expect(made.status).toBe(201);
      }
    }

    async function masks(service: ServiceProcess, token: string): Promise<unknown[]> {
      const response = await service.request('/custom-connectors', { token });
      const connectors = (await response.json()) as { apiKey?: string | null }[];
      return connectors.map(({ apiKey }) => apiKey ?? null).reverse();
    }
    const MASKS = ['••••cdef', '••••', '••••rs..', null];

    it('encrypts every stored key anew, so that the old key can go', async () => {
      const [a, b] = [newKey(), newKey()];
      const DATABASE_URL = await createDatabase();
      const withKeys = (ENCRYPTION_KEYS: string) => ({ DATABASE_URL, ENCRYPTION_KEYS });
      const { stdout } = await bench.command('token', ['--user', 'Ada'], withKeys(a));
      const { token } = printed(stdout);
      const first = await bench.start(withKeys(a)).ready();
      await define(first, token);
      expect(await masks(first, token)).toEqual(MASKS);
      await first.stop();

      const missing = {
        code: 1,
        stderr: expect.stringMatching(/^ENCRYPTION_KEYS lacks a key [^\n]*\n$/) as unknown,
      };
      const failing = bench.start(withKeys(b));
      const unrotated = await bench.command('rotate-keys', [], withKeys(b));
      expect({ ...(await failing.ended), stderr: failing.stderr }).toMatchObject(missing);
      expect(unrotated).toMatchObject(missing);

      const stored = () =>
        withClient(DATABASE_URL, async (client) => {
          const query = 'select api_key_id as key, api_key as sealed from custom_connectors';
          return (await client.query<{ key: string | null; sealed: Buffer | null }>(query)).rows;
        });
      const before = await stored();
      const rotated = await bench.command('rotate-keys', [], withKeys(`${b},${a}`));
      expect(rotated).toMatchObject({ code: 0, stderr: '' });
      expect(rotated.stdout).toBe('3 stored keys encrypted anew with the newest key.\n');
      const after = await stored();
      const keyIds = (rows: typeof after) => new Set(rows.flatMap(({ key }) => key ?? []));
      expect([keyIds(before).size, keyIds(after).size]).toEqual([1, 1]);
      expect([...keyIds(after)]).not.toEqual([...keyIds(before)]);
      const repeated = await bench.command('rotate-keys', [], withKeys(`${b},${a}`));
      expect(repeated.stdout).toBe('0 stored keys encrypted anew with the newest key.\n');

      const second = await bench.start(withKeys(b)).ready();
      expect(await masks(second, token)).toEqual(MASKS);
    }, 120_000);

    it('takes the keys of the data folder where the settings have none', async () => {
      const DATA_DIR = bench.preparedDataDir('rotated');
      const first = await bench.start({ DATA_DIR }).ready();
      const { token = '' } = first;
      await define(first, token);
      await first.stop();

      const file = join(DATA_DIR, 'encryption-keys');
      const [old, next] = [(await readFile(file, 'utf8')).trim(), newKey()];
      await writeFile(file, `${next}\n`);
      const failing = bench.start({ DATA_DIR });
      expect((await failing.ended).code).toBe(1);
      expect(failing.stderr).toMatch(/^ENCRYPTION_KEYS lacks a key [^\n]*\n$/);
      expect(await serverOf(DATA_DIR)).toMatchObject({ pid: 0 });

      await writeFile(file, `${next}\n${old}\n`);
      const rotated = await bench.command('rotate-keys', [], { DATA_DIR });
      expect(rotated.stdout).toBe('3 stored keys encrypted anew with the newest key.\n');
      expect(await serverOf(DATA_DIR)).toMatchObject({ pid: 0 });

      await writeFile(file, next);
      const second = await bench.start({ DATA_DIR }).ready();
      expect(await masks(second, token)).toEqual(MASKS);
    }, 120_000);
  });
});
