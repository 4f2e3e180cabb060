import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that others wrote, as it comes from Debian, on a free port of loopback. */
export interface RealServer {
  url: string;
  host: string;
  stop: () => Promise<void>;
}

const START_MS = 60_000;
const STOP_MS = 15_000;

/** Whether a program is on the path of this machine. */
export function isInstalled(program: string): boolean {
  return spawnSync('/bin/sh', ['-c', `command -v ${program}`]).status === 0;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Program {
  command: string[];
  env?: Record<string, string>;
}

/** Starts programs with files of their own; they are gone, with all they started, after `stop`. */
async function start(
  port: number,
  path: string,
  headers: Record<string, string>,
  prepare: (folder: string) => Program[],
): Promise<RealServer> {
  const folder = mkdtempSync(join(tmpdir(), 'ccs-real-'));
  const host = `127.0.0.1:${port}`;
  const children = prepare(folder).map(({ command: [file = '', ...args], env }) => {
    const options = { cwd: folder, stdio: 'ignore' as const, detached: true };
    const { PATH } = process.env;
    return spawn(file, args, { ...options, env: { PATH, HOME: folder, ...env } });
  });
  const gone = children.map((child) => once(child, 'close'));
  const kill = (signal: NodeJS.Signals) => {
    for (const { pid } of children) {
      try {
        if (pid !== undefined) process.kill(-pid, signal);
      } catch {
        // It is gone already.
      }
    }
  };
  const stop = async (): Promise<void> => {
    kill('SIGTERM');
    await Promise.race([Promise.all(gone), sleep(STOP_MS, undefined, { ref: false })]);
    kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
  const end = Date.now() + START_MS;
  while (Date.now() < end) {
    await sleep(200);
    const response = await fetch(`http://${host}${path}`, { headers }).catch(() => undefined);
    await response?.text();
    if (response?.ok) return { url: `http://${host}`, host, stop };
  }
  await stop();
  throw new Error(`The server at ${host} did not come up.`);
}

/** Prometheus, which watches itself. */
export async function startPrometheus(): Promise<RealServer> {
  const port = await freePort();
  return start(port, '/api/v1/query?query=up', {}, (folder) => {
    const config = join(folder, 'prometheus.yml');
    const targets = `[{ targets: ['127.0.0.1:${port}'] }]`;
    writeFileSync(
      config,
      `global: { scrape_interval: 1s }\nscrape_configs: [{ job_name: self, static_configs: ${targets} }]\n`,
    );
    const listen = `--web.listen-address=127.0.0.1:${port}`;
    const storage = `--storage.tsdb.path=${join(folder, 'data')}`;
    return [{ command: ['prometheus', `--config.file=${config}`, storage, listen] }];
  });
}

/** The registry of Docker images, empty. */
export async function startRegistry(): Promise<RealServer> {
  const port = await freePort();
  return start(port, '/v2/', {}, (folder) => {
    const config = join(folder, 'registry.yml');
    const storage = `{ filesystem: { rootdirectory: '${join(folder, 'data')}' }, delete: { enabled: true } }`;
    writeFileSync(
      config,
      `version: 0.1\nstorage: ${storage}\nhttp: { addr: '127.0.0.1:${port}' }\nlog: { level: error }\n`,
    );
    return [{ command: ['docker-registry', 'serve', config] }];
  });
}

/** RabbitMQ with its management API; the user is guest, the password guest. */
export async function startRabbit(): Promise<RealServer> {
  const [port, amqp, dist, epmd] = await Promise.all([
    ...[freePort(), freePort(), freePort(), freePort()],
  ] as [Promise<number>, Promise<number>, Promise<number>, Promise<number>]);
  const headers = { Authorization: `Basic ${btoa('guest:guest')}` };
  return start(port, '/api/overview', headers, (folder) => {
    const [config, plugins] = [join(folder, 'rabbitmq.conf'), join(folder, 'plugins')];
    writeFileSync(plugins, '[rabbitmq_management].');
    writeFileSync(
      config,
      `listeners.tcp.1 = 127.0.0.1:${amqp}\nmanagement.tcp.port = ${port}\nmanagement.tcp.ip = 127.0.0.1\n`,
    );
    const env = {
      ERL_EPMD_PORT: String(epmd),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RABBITMQ_NODENAME: `test${port}@localhost`,
      RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
      RABBITMQ_LOG_BASE: join(folder, 'log'),
      RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
      RABBITMQ_CONFIG_FILE: config,
      RABBITMQ_DIST_PORT: String(dist),
      RABBITMQ_PID_FILE: join(folder, 'pid'),
    };
    const inside = (pattern: string): string =>
      spawnSync('/bin/sh', ['-c', `ls -d ${pattern} | head -n 1`])
        .stdout.toString()
        .trim();
    return [
      // Else RabbitMQ would start one that outlives it.
      { command: [inside('/usr/lib/erlang/erts-*/bin/epmd')], env },
      { command: [inside('/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server')], env },
    ];
  });
}
