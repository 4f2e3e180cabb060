// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Installs the peers that are packages of bench/ alone, as bench/package-lock.json has them, where they are missing. */
export async function installPeers() {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  if (existsSync(`${folder}/node_modules/faros-airbyte-cdk/package.json`)) return;
  const npm = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: 'inherit',
  });
  const [code] = await once(npm, 'exit');
  if (code !== 0) throw new Error('The peers could not be installed: see bench/package.json.');
}
