// @ts-check
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { later, startProgram } from './processes.js';
import { profiling } from './profile.js';

/**
 * Starts the built service as its own process, on a database of its own that is removed later.
 * @param {string} remote the host and port that its connectors may reach
 */
export async function startService(remote) {
  const folder = await mkdtemp(join(tmpdir(), 'ccs-bench-'));
  // Run by root, the database belongs to another account, which has to pass through here.
  await chmod(folder, 0o711);
  // Again and again, where a database that was broken off while it was made still writes.
  later(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
  const dataDir = join(folder, 'data');
  const { pid, found, end } = await startProgram('dist/main.js', {
    node: profiling(),
    env: {
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: dataDir,
      DATABASE_URL: '',
      EGRESS_ALLOW: remote,
      RUN_POLL_SECONDS: '3600',
      RUN_REQUESTS: '5000',
    },
    ready: [/Custom connector service\s+(http\S+)/, /Your API token\s+(\S+)/],
  });
  const [url = '', token = ''] = found;
  const headers = { Authorization: `API-Token ${token}` };

  /** @param {object} connector @returns {Promise<{ id: string }>} */
  async function create(connector) {
    const response = await fetch(`${url}/custom-connectors`, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify(connector),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The service refused the connector: ${text}`);
    return JSON.parse(text);
  }

  return {
    pid,
    url,
    headers,
    dataDir,
    end,
    create,
    /** Whose the token is. */
    async userId() {
      const response = await fetch(`${url}/users/me`, { headers });
      return /** @type {{ id: string }} */ (await response.json()).id;
    },
    /** @param {object} connector @returns {Promise<(list: string) => Read>} how to read its tables */
    async add(connector) {
      const { id } = await create(connector);
      return (list) => {
        const wsId = encodeURIComponent(list.replaceAll('/', ':'));
        return {
          url: `${url}/custom-connectors/${id}/tables/${wsId}/records`,
          headers: { ...headers, Accept: 'application/x-ndjson' },
        };
      };
    },
  };
}

/** @typedef {{ url: string, headers: Record<string, string> }} Read */
/** @typedef {Awaited<ReturnType<typeof startService>>} Service */
