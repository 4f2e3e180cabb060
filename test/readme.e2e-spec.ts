import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../src/config/package-root.js';
import { parseSettings, Settings } from '../src/config/settings.js';
import { problemTypes } from '../src/common/problem.js';
import { createDatabase } from './support/database.js';
import { startTestService } from './support/service.js';

const run = promisify(execFile);

describe('the README', () => {
  let text: string;

  beforeAll(async () => {
    text = await readFile(join(packageRoot(), 'README.md'), 'utf8');
  });

  it('has curl lines that define, read and write, pasted in order', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'ccs-readme-'));
    const databaseUrl = await createDatabase();
    const keys = Buffer.alloc(32, 7).toString('base64');
    const service = await startTestService({ DATABASE_URL: databaseUrl, ENCRYPTION_KEYS: keys });
    try {
      const lines = [...text.matchAll(/```bash\n(.*?)```/gs)].map(([, block]) => block ?? '');
      expect(lines.length).toBeGreaterThanOrEqual(4);
      const script = lines.join('\n').replaceAll('http://127.0.0.1:3010', service.url);
      const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], {
        cwd: packageRoot(),
        env: {
          PATH: process.env['PATH'],
          HOME: dataDir,
          DATA_DIR: dataDir,
          DATABASE_URL: databaseUrl,
          ENCRYPTION_KEYS: keys,
        },
      });
      expect(stdout).toMatch(/^cuc_[0-9A-Za-z]{10}$/m);
      expect(stdout).toContain(
        '{"id":"L-1","fields":{"Title":"Lamp","Price":49.5,"Added":"2025-11-23T00:00:00.000Z"}}',
      );
      expect(stdout).toMatch(/^\{"summary":\{"complete":true,.*\}\}$/m);
      expect(stdout).toContain('{"results":[{"status":"ok","id":"S-3"}]}');
      expect(stdout).toMatch(/\[\{"id":"run_[^{]*"function":"createRecord",[^{]*"outcome":"ok"/);
    } finally {
      await service.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  }, 90_000);

  it('names every setting with its default', () => {
    const defaults = parseSettings({}) as unknown as Record<string, string | number | undefined>;
    const table = text.slice(text.indexOf('## Settings'), text.indexOf('## Operating it'));
    for (const name of Object.keys(new Settings())) expect(table).toContain(`\`${name}\``);
    for (const row of table.split('\n').filter((line) => line.startsWith('| `'))) {
      const [, names = '', , stated = ''] = row.split('|');
      const settings = [...names.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name ?? '');
      const values = settings.map((name) => defaults[name]).filter((value) => value !== undefined);
      const given = stated.replaceAll('`', '').trim();
      if (given !== '' && settings[0] !== 'RATE_LIMIT_PER_MINUTE') {
        expect([settings, given]).toEqual([
          settings,
          values.length > 0 ? values.join(', ') : given,
        ]);
      }
    }
  });

  it('names only error codes that there are', () => {
    const codes = problemTypes().map(({ code }) => code);
    const table = text.slice(text.indexOf('## Errors'), text.indexOf('## Settings'));
    const named = [...table.matchAll(/`([a-z_]+\.[a-z_]+)`/g)].map(([, code]) => code);
    expect(named.length).toBeGreaterThan(15);
    expect(codes).toEqual(expect.arrayContaining(named));
  });
});
