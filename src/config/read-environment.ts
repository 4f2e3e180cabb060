import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { packageRoot } from './package-root.js';

/**
 * The process's environment over what the package's `.env` says. An empty text counts as not set
 * later on, so it also takes back what `.env` sets.
 */
export function readEnvironment(): Record<string, string | undefined> {
  const file = join(packageRoot(), '.env');
  const written = existsSync(file) ? parse(readFileSync(file)) : {};
  return { ...written, ...process.env };
}
