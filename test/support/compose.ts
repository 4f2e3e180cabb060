import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../../src/config/package-root.js';

export interface ComposeService {
  environment: Record<string, string>;
  command?: string[];
  image?: string;
  ports?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: object;
  deploy?: { replicas: number };
  read_only?: boolean;
  tmpfs?: string[];
  cap_drop?: string[];
  stop_grace_period?: string;
}

/** What a person sets for `docker compose up`, with values for a test. */
export const SHELL: Record<string, string> = {
  POSTGRES_PASSWORD: 'pass-word',
  ENCRYPTION_KEYS: Buffer.alloc(32, 1).toString('base64'),
};

/** The services of docker-compose.yml, with what it takes from the shell put in. */
export async function composeServices(): Promise<Record<string, ComposeService>> {
  const text = await readFile(join(packageRoot(), 'docker-compose.yml'), 'utf8');
  const filled = text.replace(/\$\{(\w+)(?::\?[^}]*)?\}/g, (_whole, name: string) => {
    const value = SHELL[name];
    if (value === undefined) throw new Error(`docker-compose.yml takes ${name} from the shell.`);
    return value;
  });
  return (parse(filled, { merge: true }) as { services: Record<string, ComposeService> }).services;
}
