import { SandboxPool } from '../sandbox/pool/pool.js';
import { callJob } from '../sandbox/pool/pool-fixture.js';
import {
  declaredGlobals,
  faultsOf,
  faultsOfTypes,
  languageGlobals,
} from './connector-types.fixture.js';

const URL_TEXT = "'https://api.example.com/products'";
const paginating = (options: string): string =>
  `/** @type {PollRecords} */
  export async function* pollRecords(apiKey, [table]) { yield* paginate(${URL_TEXT}, ${options}); }`;

const GOOD: Record<string, string> = {
  listTables: `/** @type {ListTables} */
    export async function listTables(apiKey) {
      const response = await fetch(${URL_TEXT}, { headers: { Authorization: 'Bearer ' + apiKey } });
      const { tables } = await response.json();
      return tables.map((/** @type {string} */ name) => ({ id: [name], displayName: name.trim() }));
    }`,
  fetchSchema: `/** @type {FetchSchema} */
    const fetchSchema = async (apiKey, [table]) => [
      { id: 'title', displayName: table.toUpperCase(), type: 'text' },
      { id: 'tags', displayName: 'Tags', type: 'text[]' },
    ];`,
  'pollRecords that gives one page': `/** @type {PollPage} */
    async function pollRecords(apiKey, [table]) {
      return (await fetch('https://api.example.com/' + table.trim())).json();
    }`,
  'pollRecords without a mapping': `/** @type {PollRecords<PlainRecord[]>} */
    async function* pollRecords(apiKey, tableId) {
      for (let page = 1; page < 3; page += 1) {
        yield [{ id: page, fields: { page, added: new Date(0), table: tableId.join('/') } }];
        await sleep(100);
      }
    }`,
  'pollRecords as a function expression': `/** @type {PollRecords} */
    const pollRecords = async function* (apiKey, [table]) { yield { data: [table.length, null] }; };`,
  'pollRecords with its types at the parameters': `/**
      * @param {string} apiKey
      * @param {string[]} tableId
      * @returns {AsyncGenerator<PlainRecord[]>}
      */
    async function* pollRecords(apiKey, tableId) { yield [{ id: '1', fields: {} }]; }
    /** @type {PollRecords<PlainRecord[]>} */
    const checked = pollRecords;`,
  'pollRecords that looks into pages': `/** @type {PollRecords<PlainRecord[]>} */
    async function* pollRecords(apiKey) {
      const pages = paginate(new URL(${URL_TEXT}), { strategy: 'page', recordsPath: 'data' });
      for (let step = await pages.next(); ; step = await pages.next()) {
        if (step.done) { console.info(step.value.stop, step.value.pages.toFixed()); return; }
        yield step.value.data.map((/** @type {any} */ item) => ({ id: item.key, fields: item }));
      }
    }`,
  getRecord: `/** @type {GetRecord} */
    async function getRecord(id, apiKey, [table]) {
      const response = await fetch(\`https://api.example.com/\${table}/\${encodeURIComponent(id)}\`);
      return response.status === 404 ? null : response.json();
    }`,
  'getRecord without a mapping': `/** @type {GetRecord<PlainRecord>} */
    async function getRecord(id) { return id === '' ? null : { id, fields: { Title: 'x' } }; }`,
  createRecord: `/** @type {CreateRecord} */
    async function createRecord(data, apiKey, [table]) {
      const response = await fetch(${URL_TEXT}, {
        method: 'POST',
        headers: [['Idempotency-Key', idempotencyKey]],
        body: JSON.stringify({ title: data.Title.trim() }),
        signal: AbortSignal.timeout(5_000),
      });
      return response.ok ? response.json() : String(response.headers.get('location'));
    }`,
  updateRecord: `/** @type {UpdateRecord} */
    async function updateRecord(id, data, apiKey) {
      await fetch(new Request(${URL_TEXT}, { method: 'PATCH', body: new URLSearchParams(data) }));
    }`,
  deleteRecord: `/** @type {DeleteRecord} */
    async function deleteRecord(id, apiKey, tableId) { await fetch(tableId.join('/') + id, { method: 'DELETE' }); }`,
  'the strategy link-header': paginating("{ strategy: 'link-header', headers: { a: apiKey } }"),
  'the strategy cursor': paginating(
    "{ strategy: 'cursor', cursorPath: 'meta.next', cursorParam: 'after', method: 'POST', in: 'body', body: { a: [1] } }",
  ),
  'the strategy cursor with a whole URL': paginating(
    "{ strategy: 'cursor', nextUrlPath: '$.next', recordsPath: 'data' }",
  ),
  'the strategy page': paginating(
    "{ strategy: 'page', pageParam: 'p', startPage: 0, pageSizeParam: 'n', pageSize: 50, hasMorePath: 'more', totalPagesPath: 'pages', totalPath: 'total', concurrency: 8 }",
  ),
  'the strategy offset': paginating(
    "{ strategy: 'offset', offsetParam: 'skip', limitParam: 'take', limit: 200, totalPath: 'total', concurrency: 4 }",
  ),
  'an error of the remote': `async function read() {
      try { await paginate(${URL_TEXT}, { strategy: 'page' }).next(); }
      catch (error) {
        if (!(error instanceof HttpError)) throw error;
        customLogger(\`\${error.url} said \${error.status.toFixed()}\`, error.body);
      }
    }`,
  'a signature': `async function sign(/** @type {string} */ secret) {
      const text = new TextEncoder();
      const key = await crypto.subtle.importKey('raw', text.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
      const mac = await crypto.subtle.sign('HMAC', key, text.encode('x'));
      return btoa(String.fromCharCode(...new Uint8Array(mac))) + crypto.randomUUID();
    }`,
  'text, time and copies': `async function all() {
      const id = setTimeout((text) => { console.warn(text.length); }, 10, 'late');
      clearTimeout(id);
      const bytes = crypto.getRandomValues(new Uint8Array(4));
      const copy = structuredClone({ at: new Date(), text: new TextDecoder('latin1').decode(bytes) });
      const url = new URL(atob('eA=='), 'https://api.example.com');
      for (const [name, value] of url.searchParams) console.log(name.trim(), value.trim());
      return copy.at.getTime() + (await Response.json({ a: 1 }).bytes()).length;
    }`,
};

const BAD: Record<string, [source: string, fault: RegExp]> = {
  'a strategy that there is not': [paginating("{ strategy: 'pages' }"), /pages/],
  'no strategy': [paginating('{}'), /not assignable/],
  'an option of another strategy': [
    paginating("{ strategy: 'link-header', pageParam: 'p' }"),
    /pageParam/,
  ],
  'concurrency where pages follow each other': [
    paginating("{ strategy: 'cursor', nextUrlPath: 'next', concurrency: 2 }"),
    /concurrency/,
  ],
  'a cursor without its parameter': [
    paginating("{ strategy: 'cursor', cursorPath: 'next' }"),
    /cursorParam/,
  ],
  'a cursor of both kinds': [
    paginating(
      "{ strategy: 'cursor', cursorPath: 'next', cursorParam: 'after', nextUrlPath: 'url' }",
    ),
    /not assignable/,
  ],
  'a limit that is text': [paginating("{ strategy: 'offset', limit: '5' }"), /number/],
  process: ['export const key = process.env.KEY;', /process/],
  require: ["export const fs = require('node:fs');", /node:fs/],
  'a module': ["import fs from 'node:fs'; export const a = fs;", /node:fs/],
  Buffer: ["export const b = Buffer.from('a');", /Buffer/],
  setInterval: ['setInterval(() => 1, 5);', /setInterval/],
  document: ['document.title;', /document/],
  XMLHttpRequest: ['new XMLHttpRequest();', /XMLHttpRequest/],
  'the body as a stream': ["(await fetch('https://a.example')).body;", /body/],
  'the body as a blob': ["(await fetch('https://a.example')).blob();", /blob/],
  'a cipher': ["crypto.subtle.encrypt('AES-GCM');", /encrypt/],
  'an algorithm of the wrong kind': ["crypto.subtle.digest('MD5', new Uint8Array());", /MD5/],
  'a signal made by hand': ['new AbortSignal();', /private/],
  'tables that are texts': [
    "/** @type {ListTables} */ async function listTables() { return ['products']; }",
    /Table/,
  ],
  'a table whose id is one text': [
    "/** @type {ListTables} */ async function listTables() { return [{ id: 'a', displayName: 'A' }]; }",
    /string\[\]/,
  ],
  'a column of an unknown type': [
    "/** @type {FetchSchema} */ const f = async () => [{ id: 'a', displayName: 'A', type: 'date' }];",
    /date/,
  ],
  'pollRecords that gives nothing': [
    '/** @type {PollPage} */ async function pollRecords() { await sleep(1); }',
    /must return a value/,
  ],
  'pollRecords that yields a function': [
    '/** @type {PollRecords} */ async function* pollRecords() { yield () => 1; }',
    /assignable/,
  ],
  'pollRecords that yields the response': [
    "/** @type {PollRecords} */ async function* pollRecords() { yield await fetch('https://a.example'); }",
    /Response/,
  ],
  'records without fields': [
    '/** @type {PollRecords<PlainRecord[]>} */ async function* pollRecords() { yield [{ id: 1 }]; }',
    /fields/,
  ],
  'getRecord that gives undefined': [
    '/** @type {GetRecord} */ async function getRecord() { return undefined; }',
    /undefined/,
  ],
  'createRecord without an id': [
    '/** @type {CreateRecord} */ async function createRecord(data) { return { title: 1 }; }',
    /id/,
  ],
  'arguments in the wrong order': [
    '/** @type {GetRecord} */ async function getRecord(apiKey, id, tableId) { return id.join(); }',
    /join/,
  ],
};

describe('the types for connector authors', () => {
  it('are valid by themselves, with the options that they advise', () => {
    expect(faultsOfTypes()).toEqual([]);
  });

  it.each(zip(GOOD, faultsOf(Object.values(GOOD))))('accept %s', (_name, faults) => {
    expect(faults).toEqual([]);
  });

  const bad = faultsOf(Object.values(BAD).map(([source]) => source));
  it.each(zip(BAD, bad))('find fault with %s', (name, faults) => {
    expect(faults.join('\n')).toMatch(BAD[name]?.[1] ?? /$^/);
  });
});

describe('the types and the sandbox', () => {
  const pool = new SandboxPool({ min: 1, max: 1 });
  const declared = declaredGlobals();

  beforeAll(() => pool.start(), 30_000);
  afterAll(() => pool.close());

  async function inSandbox(body: string): Promise<unknown> {
    // As in a write, where there is one global more.
    const write: object = { idempotencyKey: 'key' };
    const outcome = await pool.call(
      callJob(`function f(globals) { ${body} }`, {
        args: [JSON.parse(JSON.stringify(declared)) as []],
        ...write,
      }),
    );
    return outcome.kind === 'ok' ? outcome.value : outcome;
  }

  it('have the same globals', async () => {
    const names = await inSandbox('return Object.getOwnPropertyNames(globalThis)');
    // The engine's own kind of error, and the function that asks.
    const known = new Set([...languageGlobals(), 'InternalError', 'f']);
    const added = (names as string[]).filter((name) => !known.has(name));
    expect(added.sort()).toEqual(declared.map(({ name }) => name).sort());
  });

  it('have globals of the same kind', async () => {
    const kinds = await inSandbox(
      'return globals.map(({ name }) => name + " " + typeof globalThis[name])',
    );
    expect(kinds).toEqual(declared.map(({ name, kind }) => `${name} ${kind}`));
  });

  it('have the same methods', async () => {
    expect(
      declared.flatMap(({ own, ofInstances }) => [...own, ...ofInstances]).length,
    ).toBeGreaterThan(50);
    const missing = await inSandbox(`return globals.flatMap(({ name, own, ofInstances }) => [
      ...own.filter((key) => typeof globalThis[name][key] !== 'function').map((key) => name + '.' + key),
      ...ofInstances.filter((key) => typeof globalThis[name].prototype[key] !== 'function')
        .map((key) => name + '.prototype.' + key),
    ])`);
    expect(missing).toEqual([]);
  });
});

function zip(named: Record<string, unknown>, faults: string[][]): [string, string[]][] {
  return Object.keys(named).map((name, index) => [name, faults[index] ?? []]);
}
