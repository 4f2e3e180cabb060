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

  it('exits with 1, and names each, where a country is missing, a type is wrong, and an id came twice', async () => {
    const change = "c.pop(); c[0].area = 'large'; c[2].cca3 = c[1].cca3;";
    const { code, output } = await demo(tampered(change));
    for (const fault of ['248 of 250 countries', 'invalid is 1', 'duplicates is 1']) {
      expect(output).toContain(fault);
    }
    expect(code).toBe(1);
  }, 60_000);
});
