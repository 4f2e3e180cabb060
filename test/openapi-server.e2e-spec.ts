import { caseOf } from './support/openapi/cases.js';
import { documentText, startCase } from './support/openapi/import-case.js';
import { DocumentApi } from './support/openapi/document-api.js';

describe('the server that is what a document says', () => {
  let api: DocumentApi | undefined;

  afterEach(async () => {
    await api?.stop();
  });

  async function ask(method: string, path: string, headers: Record<string, string>, body?: string) {
    const url = `${api?.remote.url ?? ''}${path}`;
    const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text };
  }

  const JSON_BODY = { 'Content-Type': 'application/json' };
  const BEARER = { Authorization: 'Bearer kennel-key-0001' };
  const BASIC = { Authorization: `Basic ${btoa('keeper:pass:word-0003')}` };
  const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const MAIL = '/subscribers?api_key=mail%2Bkey%2F%26%3D0004';
  const invoice = { number: '1', customer: { name: 'x' } };

  it.each([
    ['kennel.json', 'GET', '/v1/dogs', {}, undefined, 401, /key is not where/],
    ['kennel.json', 'GET', '/v1/dogs', { Authorization: 'Bearer x' }, undefined, 401, /key/],
    ['kennel.json', 'GET', '/v1/dogs?size=5', BEARER, undefined, 400, /size: not in the document/],
    ['kennel.json', 'GET', '/v1/dogs?page=0', BEARER, undefined, 400, /page: .*must be >= 1/],
    ['kennel.json', 'GET', '/v1/dogs?per_page=51', BEARER, undefined, 400, /must be <= 50/],
    ['kennel.json', 'GET', '/v1/dogs?per_page=x', BEARER, undefined, 400, /must be integer/],
    ['kennel.json', 'GET', '/v1/dogs/x', BEARER, undefined, 400, /path parameter dogId/],
    ['kennel.json', 'GET', '/dogs', BEARER, undefined, 404, /no such path/],
    ['kennel.json', 'PATCH', '/v1/dogs/1', BEARER, undefined, 405, /no such method/],
    ['kennel.json', 'POST', '/v1/dogs', BEARER, undefined, 400, /without a body/],
    ['kennel.json', 'POST', '/v1/dogs', { ...BEARER, ...FORM }, 'name=x', 400, /a body of type/],
    ['kennel.json', 'POST', '/v1/dogs', { ...BEARER, ...JSON_BODY }, '{"name":"x"}', 400, /breed/],
    [
      ...['kennel.json', 'POST', '/v1/dogs', { ...BEARER, ...JSON_BODY }],
      ...['{"name":"x","breed":"y","id":7}', 400, /unevaluated/],
    ],
    ['kennel.json', 'POST', '/v1/login', { ...BEARER, ...JSON_BODY }, '{}', 400, /none is needed/],
    [
      ...['ledger.json', 'POST', '/api/v2/invoices', { ...BASIC, ...JSON_BODY }],
      ...[JSON.stringify({ ...invoice, issued_at: '2026-01-01T00:00:00Z' }), 400, /issued_at/],
    ],
    [
      ...['ledger.json', 'POST', '/api/v2/invoices', { ...BASIC, ...JSON_BODY }],
      ...[JSON.stringify({ ...invoice, customer: { name: 'x', y: 1 } }), 400, /customer/],
    ],
    ['mailing.yaml', 'POST', MAIL, FORM, 'email=x@y.test&score=many', 400, /score must be integer/],
    ['mailing.yaml', 'GET', '/subscribers?api_key=0004', {}, undefined, 401, /key/],
    ['contacts.yaml', 'GET', '/crm/contacts.json', {}, undefined, 401, /without the query/],
  ] as [string, string, string, Record<string, string>, string | undefined, number, RegExp][])(
    'notices what a request breaks: %s %s %s (%#)',
    async (file, method, path, headers, body, status, fault) => {
      api = await startCase(caseOf(file));
      expect((await ask(method, path, headers, body)).status).toBe(status);
      expect(api.violations.join('\n')).toMatch(fault);
    },
  );

  it('does what a request that is right asks for', async () => {
    api = await startCase(caseOf('ledger.json'));
    const headers = { ...BASIC, ...JSON_BODY };
    const made = await ask('POST', '/api/v2/invoices', headers, JSON.stringify(invoice));
    expect([made.status, JSON.parse(made.text)]).toMatchObject([201, invoice]);
    const path = made.headers.get('location') ?? '';
    const other = JSON.stringify({ ...invoice, number: '2' });
    expect((await ask('PUT', path, headers, other)).status).toBe(200);
    expect(JSON.parse((await ask('GET', path, BASIC)).text)).toMatchObject({ number: '2' });
    expect((await ask('DELETE', path, BASIC)).status).toBe(204);
    expect((await ask('GET', path, BASIC)).status).toBe(404);
    expect(api.violations).toEqual([]);
    expect(api.calls).toHaveLength(5);
  });

  it('notices that an answer of its own breaks the document', async () => {
    const collection = { path: '/nodes', item: '/nodes/{id}', id: 'id', rows: { '': [{ id: 7 }] } };
    api = await DocumentApi.start({
      ...{ document: documentText('shapes.yaml'), key: 'x', base: '' },
      collections: [{ ...collection, paging: (rows) => ({ rows }) }],
    });
    expect((await ask('GET', '/nodes', {})).status).toBe(200);
    expect(api.violations.join()).toMatch(/answers 200: \/0\/id must be string/);
  });
});
