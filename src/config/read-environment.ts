import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { packageRoot } from './package-root.js';

/** The process's environment over what the package's `.env` says; an empty text sets nothing. */
export function readEnvironment(): Record<string, string | undefined> {
  const file = join(packageRoot(), '.env');
  const written = existsSync(file) ? parse(readFileSync(file)) : {};
  const set = Object.entries(process.env).filter(([, value]) => value !== '');
  return { ...written, ...Object.fromEntries(set) };
}
