import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkDefinition } from '../custom-connector/check-definition.js';
import { FUNCTION_NAMES } from '../custom-connector/custom-connector.types.js';
import { importDocument } from '../custom-connector-builder/import-openapi/import-document.js';
import type { Imported } from '../custom-connector-builder/import-openapi/import.types.js';

const USAGE = 'Usage: npm run import-openapi -- [--server <url>] [--verbose] <folder or files>';

const { server, verbose, places } = given();
for (const file of await filesIn(places)) {
  const began = performance.now();
  const text = await readFile(file, 'utf8');
  const outcome = importDocument({ document: text, ...(server === undefined ? {} : { server }) });
  const ms = Math.round(performance.now() - began);
  const faults = 'faults' in outcome ? outcome.faults : await checkDefinition(outcome.connector);
  if ('faults' in outcome || faults.length > 0) {
    const told = faults.map(({ pointer = '', detail }) => `${pointer} ${detail}`);
    process.stdout.write(`${basename(file)}  failed: ${told.join('; ')}  ${ms} ms\n`);
    process.exitCode = 1;
  } else {
    process.stdout.write(`${basename(file)}  ${summaryOf(outcome)}  ${ms} ms\n`);
    if (verbose) process.stdout.write(detailsOf(outcome));
  }
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

/** The documents among files and in folders, in order. */
async function filesIn(places: string[]): Promise<string[]> {
  const files = await Promise.all(
    places.map(async (place) => {
      if (!(await stat(place)).isDirectory()) return [place];
      const names = await readdir(place);
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
