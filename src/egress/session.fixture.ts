import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { AddressPolicy } from './address-policy.js';
import { EgressSession, type EgressSessionOptions } from './egress-session.js';
import type { EgressRequest } from './egress.types.js';
import type { Lookup } from './guarded-connector.js';
import { parseEgressAllow } from '../config/egress-allow.js';

/** What arrived at a server of a test. */
export interface Hit {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface LocalServer {
  port: number;
  /** Without a slash at its end. */
  url: string;
  hits: Hit[];
  /** Connections accepted so far, and those that are open. */
  accepted: number;
  open: Set<Socket>;
}

type Handler = (response: ServerResponse, hit: Hit, index: number) => void;

const toClose: (() => Promise<unknown>)[] = [];

/** Closes every server and session of a test. */
export async function closeAll(): Promise<void> {
  await Promise.all(toClose.splice(0).map((close) => close()));
}

/** Listens on a free port of 127.0.0.1. */
export async function serve(handler: Handler): Promise<LocalServer> {
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const { method = '', url = '', headers } = request;
      const hit = { method, url, headers, body: body.toString() };
      handler(response, hit, local.hits.push(hit) - 1);
    });
  });
  const local: LocalServer = { port: 0, url: '', hits: [], accepted: 0, open: new Set() };
  server.on('connection', (socket: Socket) => {
    local.accepted += 1;
    local.open.add(socket);
    socket.once('close', () => local.open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  toClose.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  local.port = (server.address() as AddressInfo).port;
  local.url = `http://127.0.0.1:${local.port}`;
  return local;
}

/** A session that may reach 127.0.0.1 unless `allow` says otherwise, and that never waits. */
export function startSession(
  options: Partial<EgressSessionOptions> & { allow?: string } = {},
): EgressSession & { waits: number[] } {
  const waits: number[] = [];
  const session = new EgressSession({
    policy: new AddressPolicy({ allow: parseEgressAllow(options.allow ?? '127.0.0.1').rules }),
    allowedHosts: [],
    maxRequests: 100,
    concurrency: 8,
    maxResponseBytes: 1_000_000,
    random: () => 0.5,
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    ...options,
  });
  toClose.push(() => session.close());
  return Object.assign(session, { waits });
}

/** Asks for a URL, with GET and without a deadline unless told otherwise. */
export async function ask(
  session: EgressSession,
  url: string,
  options: Partial<EgressRequest> & { signal?: AbortSignal } = {},
) {
  const { signal = new AbortController().signal, ...request } = options;
  const answer = await session.fetch(
    { method: 'GET', url, headers: [], redirect: 'follow', ...request },
    signal,
  );
  return { ...answer, text: Buffer.from(answer.body).toString() };
}

/** A resolver that gives the lists of addresses in turn, the last one again and again. */
export function fakeDns(...answers: string[][]): Lookup & { asked: string[] } {
  const asked: string[] = [];
  const lookup: Lookup = (host) => {
    const answer = answers[Math.min(asked.push(host), answers.length) - 1] ?? [];
    return Promise.resolve(answer.map((address) => ({ address, family: familyOf(address) })));
  };
  return Object.assign(lookup, { asked });
}

function familyOf(address: string): number {
  return address.includes(':') ? 6 : 4;
}
