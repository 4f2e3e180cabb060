// @ts-check
// Reads by a source of the Faros CDK: a process for each, as Airbyte runs them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { watchMemory } from './memory-of.js';
import { later } from './processes.js';

const PROGRAM = fileURLToPath(new URL('peers/faros-source.js', import.meta.url));
const RECORD = '"type":"RECORD"';
const STREAM = { stream: { name: 'products' }, sync_mode: 'full_refresh' };

/** A source for one list. @param {string} url */
export async function farosSource(url) {
  const folder = await mkdtemp(join(tmpdir(), 'ccs-faros-'));
  const end = later(() => rm(folder, { recursive: true, force: true }));
  const [config, catalog] = [join(folder, 'config.json'), join(folder, 'catalog.json')];
  await writeFile(config, JSON.stringify({ url }));
  await writeFile(
    catalog,
    JSON.stringify({ streams: [{ ...STREAM, destination_sync_mode: 'overwrite' }] }),
  );
  const args = [PROGRAM, 'read', '--config', config, '--catalog', catalog];
  let peakMb = 0;

  /** @param {(line: string) => void} take is given the line of each record */
  async function run(take) {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const gone = once(child, 'exit');
    const stop = later(() => void child.kill('SIGKILL'));
    const peak = watchMemory(child.pid ?? 0, 500);
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.includes(RECORD)) take(line);
    }
    const [code] = await gone;
    await stop();
    peakMb = Math.max(peakMb, peak().peakMb);
    if (code !== 0) throw new Error(`The source ended with ${code}.`);
  }

  return {
    end,
    peakMb: () => peakMb,
    /** @returns {Promise<unknown[]>} */
    async records() {
      /** @type {unknown[]} */
      const found = [];
      await run((line) => found.push(JSON.parse(line).record.data));
      return found;
    },
    /** In seconds, from the start of the process to its end. @param {number} records */
    async seconds(records) {
      const began = performance.now();
      let came = 0;
      await run(() => (came += 1));
      if (came !== records) throw new Error(`${came} of ${records} records came.`);
      return (performance.now() - began) / 1000;
    },
  };
}
