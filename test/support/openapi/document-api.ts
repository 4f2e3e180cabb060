import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'yaml';
import { Remote } from '../remote.js';
import { objectAt, type JsonObject } from './as-json-schema.js';
import { CallChecker, type Call } from './call-checker.js';
import { Records, type Collection, type Done, type Row } from './collection.js';
import type { Operation } from './read-operations.js';

/** Stands in documents where the server's own host and port belong. */
export const PLACEHOLDER = 'api.example.test';

export interface Served {
  /** JSON or YAML. */
  document: string;
  collections: Collection[];
  /** What a caller has to send; `user:password` for Basic. */
  key: string;
  /** What stands before the paths of the document. */
  base: string;
}

interface Route {
  operation: Operation;
  pattern: RegExp;
  names: string[];
}

/**
 * A server that is what a document says. It keeps the collections in memory, and holds each request and each
 * of its own answers against the document; whatever breaks it is in `violations`.
 */
export class DocumentApi {
  readonly violations: string[] = [];
  /** `GET /pets?page=2`, in the order in which they came; the document's own address is none of them. */
  readonly calls: string[] = [];
  /** The document, with the address of this server in it. */
  text = '';
  private routes: Route[] = [];
  private checker = new CallChecker({}, '');
  private readonly records: Map<string, Records>;

  private constructor(
    private readonly served: Served,
    readonly remote: Remote,
  ) {
    this.records = new Map(
      served.collections.flatMap((collection) => {
        const kept = new Records(collection);
        return [collection.path, collection.item ?? collection.path].map((path) => [path, kept]);
      }),
    );
  }

  static async start(served: Served): Promise<DocumentApi> {
    const self: DocumentApi[] = [];
    const remote = await Remote.start((request, response) => {
      void self[0]?.answer(request, response);
    });
    const api = new DocumentApi(served, remote);
    api.text = served.document.replaceAll(PLACEHOLDER, remote.host);
    const document = objectAt(parse(api.text) as JsonObject);
    api.checker = new CallChecker(document, served.key);
    api.routes = api.checker.operations
      .map((operation) => readRoute(served.base, operation))
      // What is named in a path comes before what may stand there.
      .sort((a, b) => a.names.length - b.names.length);
    self.push(api);
    return api;
  }

  /** Where the document itself is served. */
  get documentUrl(): string {
    return `${this.remote.url}/openapi`;
  }

  /** The records of a collection, as they are now. */
  rows(path: string, parents = ''): Row[] {
    return this.records.get(path)?.of(parents) ?? [];
  }

  stop(): Promise<void> {
    return this.remote.stop();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const url = new URL(request.url ?? '/', this.remote.url);
    if (url.href === this.documentUrl) {
      response.writeHead(200, { 'Content-Type': 'application/yaml' }).end(this.text);
      return;
    }
    const method = request.method ?? '';
    this.calls.push(`${method} ${url.pathname}${url.search}`);
    const { headers } = request;
    const done = this.carryOut(method, {
      url,
      params: {},
      headers: headers as Call['headers'],
      text,
    });
    response.writeHead(done.status, {
      ...done.headers,
      ...(done.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    });
    response.end(done.body === undefined ? undefined : JSON.stringify(done.body));
  }

  private carryOut(method: string, asked: Call): Done {
    const { pathname } = asked.url;
    const fitting = this.routes.filter(({ pattern }) => pattern.test(pathname));
    const route = fitting.find(({ operation }) => operation.method === method);
    const violate = (fault: string) => {
      this.violations.push(`${method} ${pathname}${asked.url.search}: ${fault}`);
    };
    if (!route) {
      violate(fitting.length > 0 ? 'no such method' : 'no such path');
      return { status: fitting.length > 0 ? 405 : 404 };
    }
    const { operation, pattern, names } = route;
    const values = pattern.exec(pathname)?.slice(1).map(decodeURIComponent) ?? [];
    const params = Object.fromEntries(names.map((name, at) => [name, values[at] ?? '']));
    const { refused, faults, query, body } = this.checker.checkCall(operation, {
      ...asked,
      params,
    });
    faults.forEach(violate);
    if (refused) return { status: 401, body: { message: 'who are you?' } };
    if (faults.length > 0) return { status: 400, body: { message: faults.join('; ') } };
    const done = this.serve(operation, values, { query, body, url: asked.url });
    for (const fault of this.checker.checkAnswer(operation, done.status, done.body)) violate(fault);
    return done;
  }

  private serve(
    { method, template }: Operation,
    values: string[],
    { query, body, url }: { query: Row; body: Row; url: URL },
  ): Done {
    const records = this.records.get(template);
    if (!records) return { status: 200, body: {} };
    const isList = this.served.collections.some(({ path }) => path === template);
    const parents = (isList ? values : values.slice(0, -1)).join('/');
    const id = values.at(-1) ?? '';
    if (isList) {
      return method === 'POST'
        ? records.create(parents, body, url)
        : records.list(parents, query, url);
    }
    if (method === 'GET') return records.get(parents, id);
    if (method === 'DELETE') return records.remove(parents, id);
    return records.update(parents, id, body, method === 'PUT');
  }
}

function readRoute(base: string, operation: Operation): Route {
  const names: string[] = [];
  const source = `${base}${operation.template}`
    .split(/(\{[^}]+\})/)
    .map((part) => {
      if (!part.startsWith('{')) return part.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
      names.push(part.slice(1, -1));
      return '([^/]+)';
    })
    .join('');
  return { operation, names, pattern: new RegExp(`^${source}$`) };
}
