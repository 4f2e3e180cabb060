import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkDefinition } from '../custom-connector/check-definition.js';
import { FUNCTION_NAMES } from '../custom-connector/custom-connector.types.js';
import { importDocument } from '../custom-connector-builder/import-openapi/import-document.js';
import type { Imported } from '../custom-connector-builder/import-openapi/import.types.js';

const USAGE = 'Usage: npm run import-openapi -- [--server <url>] [--verbose] <folder or files>';

const { server, verbose, places } = given();
const files = await filesIn(places);
if (files.length === 0) {
  process.stderr.write(`There is no document (.json, .yaml, .yml) in ${places.join(', ')}.\n`);
  process.exitCode = 1;
}
for (const file of files) process.stdout.write(`${basename(file)}  ${await told(file)}\n`);

/** What became of a document: a line, and with `--verbose` more of them. */
async function told(file: string): Promise<string> {
  const began = performance.now();
  const document = await readFile(file, 'utf8').catch(() => undefined);
  if (document === undefined) return failed('there is no file that can be read');
  const outcome = importDocument({ document, ...(server === undefined ? {} : { server }) });
  const ms = Math.round(performance.now() - began);
  const faults = 'faults' in outcome ? outcome.faults : await checkDefinition(outcome.connector);
  if ('faults' in outcome || faults.length > 0) {
    const all = faults.map(({ pointer = '', detail }) => `${pointer} ${detail}`).join('; ');
    return failed(`${all}  ${ms} ms`);
  }
  return `${summaryOf(outcome)}  ${ms} ms${verbose ? `\n${detailsOf(outcome)}` : ''}`;
}

function failed(why: string): string {
  process.exitCode = 1;
  return `failed: ${why}`;
}

function summaryOf({ connector, skipped }: Imported): string {
  const tables = connector.tables ?? (connector.listTables === undefined ? ['none'] : ['listed']);
  return `tables: ${tables.join(', ')}  skipped: ${skipped.length}`;
}

function detailsOf({ connector, skipped }: Imported): string {
  const reasons = skipped.map(({ operation, reason }) => `  ${operation}: it ${reason}\n`);
  const { name, allowedHosts, mapping, tableMappings } = connector;
  const sources = FUNCTION_NAMES.flatMap((name) => {
    const source = connector[name];
    return source === undefined ? [] : [`\n// ${name}\n${source}`];
  });
  const settings = JSON.stringify({ name, allowedHosts, mapping, tableMappings }, null, 2);
  return `${reasons.join('')}${sources.join('')}\n${settings}\n\n`;
}

/** The documents in folders, and whatever else is named, in order. */
async function filesIn(places: string[]): Promise<string[]> {
  const files = await Promise.all(
    places.map(async (place) => {
      const names = await readdir(place).catch(() => null);
      if (names === null) return [place];
      return names.filter((name) => /\.(json|ya?ml)$/i.test(name)).map((name) => join(place, name));
    }),
  );
  return files.flat().sort();
}

/** The command line; ends the process where it is not as it should be. */
function given(): { server: string | undefined; verbose: boolean; places: string[] } {
  try {
    const options = { server: { type: 'string' }, verbose: { type: 'boolean' } } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (positionals.length > 0) {
      return { server: values.server, verbose: values.verbose ?? false, places: positionals };
    }
  } catch {
    // An option that there is not.
  }
  process.stderr.write(`${USAGE}\n`);
  process.exit(1);
}
