import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../src/config/package-root.js';

async function demo(nodeOptions = ''): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [join(packageRoot(), 'docs/demo/demo.js')], {
    cwd: packageRoot(),
    env: { PATH: process.env['PATH'], NODE_OPTIONS: nodeOptions },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { code, output };
}

/** Changes the data before the demo sees it. */
function tampered(change: string): string {
  const from = JSON.stringify(join(packageRoot(), 'package.json'));
  const source = `import { createRequire } from 'node:module';
    const c = createRequire(${from})('world-countries'); ${change}`;
  return `--import "data:text/javascript,${encodeURIComponent(source)}"`;
}

describe('the demo', () => {
  it('reads 250 of 250 countries with the right types', async () => {
    const { code, output } = await demo();
    expect(output).toContain('250 of 250 countries in 3 pages');
    expect(output).toContain('complete: true; rejected: 0; invalid: 0');
    expect(code).toBe(0);
  }, 60_000);

  it.each([
    ['a country is missing', 'c.pop();', '249 of 250 countries'],
    ['a value has another type', "c[0].area = 'large';", 'invalid is 1'],
    ['an id came twice', 'c[1].cca3 = c[0].cca3;', 'duplicates is 1'],
  ])(
    'exits with 1 where %s',
    async (_what, change, fault) => {
      const { code, output } = await demo(tampered(change));
      expect(output).toContain(fault);
      expect(code).toBe(1);
    },
    60_000,
  );
});
