import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { problemTypes } from '../src/common/problem.js';
import { packageRoot } from '../src/config/package-root.js';
import { RouteTable } from '../src/common/route-table.js';
import { startTestService, type Api, type TestService } from './support/service.js';

type Json = Record<string, unknown>;

/** Every schema in a document that names properties, with where it stands. */
function* schemasWithProperties(node: unknown, path = ''): Generator<[string, Json]> {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, child] of Object.entries(node)) {
    if (key === 'example' || key === 'examples') continue;
    if (key === 'properties') yield [path, child as Json];
    yield* schemasWithProperties(child, `${path}/${key}`);
  }
}

describe('the API docs', () => {
  let service: TestService;
  let user: Api;

  beforeAll(async () => {
    service = await startTestService();
    user = await service.newUser();
  });

  afterAll(async () => {
    await service.stop();
  });

  it('are an OpenAPI 3.1 document that is open to all', async () => {
    const response = await fetch(`${service.url}/docs-json`);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const document = (await response.json()) as Json;
    expect(document['openapi']).toBe('3.1.0');
    expect(JSON.stringify(document)).not.toContain('"nullable"');
    expect(document).toEqual(JSON.parse(JSON.stringify(service.contract.document)));
  });

  it('describe every route, and no route that is not there', () => {
    const declared = service.running.app
      .get(RouteTable)
      .routes()
      .filter(({ path }) => !path.startsWith('/docs'))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    const described = Object.entries(service.contract.document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((verb) => `${verb.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(declared.sort());
  });

  it('describe every operation, parameter, answer and field', () => {
    const missing: string[] = [];
    for (const [path, item] of Object.entries(service.contract.document.paths)) {
      for (const operation of [item.get, item.post, item.put, item.patch, item.delete]) {
        if (!operation) continue;
        if (!operation.summary) missing.push(`${path} summary`);
        for (const parameter of operation.parameters ?? []) {
          if (!('description' in parameter) || !parameter.description) {
            missing.push(`${path} ${JSON.stringify(parameter)}`);
          }
        }
        for (const [status, response] of Object.entries(operation.responses)) {
          if (!response || !('description' in response) || !response.description) {
            missing.push(`${path} ${status}`);
          }
        }
      }
    }
    for (const [path, properties] of schemasWithProperties(service.contract.document.components)) {
      for (const [name, schema] of Object.entries(properties)) {
        if (!(schema as Json)['description']) missing.push(`${path}/${name}`);
      }
    }
    expect(missing).toEqual([]);
  });

  it('give examples that fit their own schemas', () => {
    const ajv = new Ajv2020({ strict: false });
    formats.default(ajv);
    ajv.addSchema(service.contract.document, 'api');
    let checked = 0;
    for (const [path, properties] of schemasWithProperties(service.contract.document.components)) {
      for (const [name, schema] of Object.entries(properties)) {
        if (!Object.hasOwn(schema as Json, 'example')) continue;
        const pointer = `${path}/properties/${name}`.replace(/^/, '/components');
        const validate = ajv.compile({ $ref: `api#${pointer}` });
        const example = (schema as Json)['example'];
        expect([pointer, validate(example), validate.errors]).toEqual([pointer, true, null]);
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(20);
  });

  it('give examples of a connector that the service takes', async () => {
    const { schemas } = service.contract.document.components ?? {};
    const create = schemas?.['CreateCustomConnectorDto'] as unknown as {
      properties: Record<string, { example?: unknown }>;
    };
    const body = Object.fromEntries(
      Object.entries(create.properties)
        .filter(([, { example }]) => example !== undefined)
        .map(([name, { example }]) => [name, example]),
    );
    expect(Object.keys(body)).toContain('pollRecords');
    expect((await user.post('/custom-connectors', body)).status).toBe(201);
  });

  it('have a page to try the routes on, with nothing from elsewhere', async () => {
    const page = await (await fetch(`${service.url}/docs`)).text();
    const found = page.matchAll(/<(?:link|script)[^>]* (?:src|href)="([^"]+)"/g);
    const sources = [...found].map(([, source]) => source ?? '');
    expect(sources).toHaveLength(4);
    for (const source of sources) {
      expect(source).toMatch(/^\/docs\/assets\//);
      const response = await fetch(service.url + source);
      expect(response.status).toBe(200);
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(100);
    }
    expect((await fetch(`${service.url}/docs/assets/package.json`)).status).toBe(404);
  });

  it('lead to everything else that is said about the API', async () => {
    const page = await (await fetch(`${service.url}/docs`)).text();
    const links = [...page.matchAll(/<a href="([^"]+)"/g)].map(([, link]) => link ?? '');
    expect(links).toContain('/docs/connector.d.ts');
    for (const link of links) expect((await fetch(service.url + link)).status).toBe(200);
  });

  it('give the types of connector code as text', async () => {
    const response = await fetch(`${service.url}/docs/connector.d.ts`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const file = await readFile(join(packageRoot(), 'docs', 'connector.d.ts'), 'utf8');
    expect(await response.text()).toBe(file);
  });

  it('list every error code', async () => {
    const page = await (await fetch(`${service.url}/docs/errors`)).text();
    const codes = problemTypes().map(({ code }) => code);
    expect(codes).toContain('connector.not_found');
    for (const code of codes) expect(page).toContain(`<tr id="${code}">`);
  });
});
