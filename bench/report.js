// @ts-check
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus, platform, release } from 'node:os';
import { fileURLToPath } from 'node:url';

/** @typedef {import('./measure.js').Row} Row */

/** The packages that the figures depend on most. */
const PACKAGES = [
  '@jitl/quickjs-wasmfile-release-sync',
  'quickjs-emscripten-core',
  'undici',
  '@nestjs/core',
  'express',
  'json-p3',
  '@prisma/client',
  'pg',
  'faros-airbyte-cdk',
  'faros-js-client',
];

/** What was measured, as cells of text with a heading. @param {Row[]} rows */
export function table(rows) {
  return [
    ['benchmark', 'what', 'against', 'its figure', 'service', 'ratio', 'memory', 'goal'],
    ...rows.map((row) => [
      row.benchmark,
      row.what,
      row.peer ?? 'itself',
      `${figure(row.yardstick)} ${row.unit}`,
      `${figure(row.service)} ${row.unit}`,
      row.behind ? `${row.ratio}, behind` : row.ratio,
      row.memory ?? '',
      row.met === null ? '' : `${row.goal}: ${row.met ? 'met' : 'missed'}`,
    ]),
  ];
}

/** For a terminal. @param {Row[]} rows */
export function plainTable(rows) {
  const cells = table(rows);
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((line) => line[column]?.length ?? 0)),
  );
  return cells
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Writes bench/RESULTS.md. @param {Row[]} rows */
export async function writeResults(rows) {
  const { format, resolveConfig } = await import('prettier');
  const path = fileURLToPath(new URL('RESULTS.md', import.meta.url));
  const [processor] = cpus();
  const versions = await Promise.all(
    PACKAGES.map(async (name) => `- ${name} ${await versionOf(name)}`),
  );
  const [heading = [], ...lines] = table(rows);
  const text = [
    '# Results of the benchmarks',
    '',
    'Written by `npm run bench -- --write`; [README.md](README.md) says what each one measures. Ratios hold, ' +
      'absolute figures belong to the machine.',
    '',
    `- ${new Date().toISOString().slice(0, 10)}`,
    `- Node ${process.versions.node}, ${platform()} ${release()}, ${cpus().length} × ${processor?.model ?? 'unknown'}`,
    ...versions,
    '',
    [heading, heading.map(() => '---'), ...lines]
      .map((line) => `| ${line.join(' | ')} |`)
      .join('\n'),
    '',
  ].join('\n');
  await writeFile(path, await format(text, { ...(await resolveConfig(path)), parser: 'markdown' }));
  return path;
}

/** @param {string} name */
async function versionOf(name) {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  for (const folder of folders) {
    try {
      return JSON.parse(await readFile(`${folder}/${name}/package.json`, 'utf8')).version;
    } catch {
      // Not in this folder.
    }
  }
  return 'unknown';
}

/** @param {number} value */
function figure(value) {
  return value.toLocaleString(
    'en',
    value >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 },
  );
}
