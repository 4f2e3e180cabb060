import { findList } from './find-list.js';
import { surveyAnswer } from './survey-answer.js';

const rows = [{ id: 1 }, { id: 2 }];

function survey(root: unknown, headers: [string, string][] = []) {
  const link = (header: string): string | undefined => /<([^>]*)>/.exec(header)?.[1];
  return surveyAnswer(root, headers, findList(root)?.location, link);
}

describe('that there is more', () => {
  it.each<[string, unknown, string]>([
    ['Stripe', { object: 'list', data: rows, has_more: true }, '/has_more'],
    ['HubSpot', { results: rows, paging: { next: { after: '2', link: 'x' } } }, '/paging/next'],
    ['Airtable', { records: rows, offset: 'itrA/recB' }, '/offset'],
    ['Notion', { results: rows, next_cursor: 'c', has_more: true }, '/has_more'],
    [
      'Slack',
      { ok: true, members: rows, response_metadata: { next_cursor: 'dGVh' } },
      '/response_metadata/next_cursor',
    ],
    [
      'OData',
      { value: rows, '@odata.nextLink': 'https://a.example/x?$skiptoken=1' },
      '/@odata.nextLink',
    ],
    ['Salesforce', { records: rows, done: false, nextRecordsUrl: '/query/01g' }, '/nextRecordsUrl'],
    ['Spring', { content: rows, last: false, totalPages: 4, number: 0 }, '/last'],
    ['Jira', { values: rows, isLast: false, startAt: 0 }, '/isLast'],
    ['Zoho', { data: rows, info: { more_records: true } }, '/info/more_records'],
    ['Django', { count: 12, next: 'https://a.example/?page=2', results: rows }, '/next'],
    ['JSON:API', { data: rows, links: { next: { href: 'https://a.example/2' } } }, '/links/next'],
    ['HAL', { _embedded: { x: rows }, _links: { next: { href: '/2' } } }, '/_links/next'],
    [
      'Facebook',
      { data: rows, paging: { cursors: { after: 'a' }, next: 'https://a.example' } },
      '/paging/next',
    ],
    [
      'Relay',
      { data: { xs: { edges: rows, pageInfo: { hasNextPage: true, endCursor: 'c' } } } },
      '/data/xs/pageInfo/hasNextPage',
    ],
    ['DynamoDB', { Items: rows, LastEvaluatedKey: { after: '7' } }, '/LastEvaluatedKey'],
    ['S3', { Contents: rows, IsTruncated: true, NextContinuationToken: 'x' }, '/IsTruncated'],
    ['Google', { items: rows, nextPageToken: 'CAUQAA' }, '/nextPageToken'],
    ['mongoose-paginate', { docs: rows, hasNextPage: true, nextPage: 2 }, '/hasNextPage'],
  ])('is read as %s says it', (_api, body, pointer) => {
    expect(survey(body)).toMatchObject({ more: { pointer }, ends: false });
  });

  it.each<[string, unknown]>([
    ['Stripe', { object: 'list', data: rows, has_more: false }],
    ['Notion', { results: rows, next_cursor: null, has_more: false }],
    ['Slack', { ok: true, members: rows, response_metadata: { next_cursor: '' } }],
    ['Spring', { content: rows, last: true, totalPages: 4, number: 3 }],
    ['Facebook', { data: rows, paging: { cursors: { after: 'a', before: 'b' } } }],
    ['Relay', { data: { xs: { edges: rows, pageInfo: { hasNextPage: false, endCursor: 'c' } } } }],
    ['Google Calendar', { items: rows, nextSyncToken: 'CPDA' }],
    ['Microsoft Graph', { value: rows, '@odata.deltaLink': 'https://a.example/delta' }],
    ['Matrix', { chunk: rows, next_batch: 's72595_4483' }],
    ['an offset that counts', { rows, offset: 20, limit: 10 }],
    ['an offset that counts, as text', { rows, offset: '20' }],
    ['a root that is an array', rows],
    ['records that hold such names', { rows: [{ id: 1, next: 'x', has_more: true }] }],
    ['a cursor beside a flag that says the end', { rows, next_cursor: 'x', has_more: false }],
  ])('is not read into what %s says', (_api, body) => {
    expect(survey(body)).not.toHaveProperty('more');
  });

  it('is read from a Link header', () => {
    const { more } = survey(rows, [['Link', '<https://a.example/2>; rel="next"']]);
    expect(more).toMatchObject({ header: 'link', next: 'https://a.example/2' });
  });

  it('is told without the credentials of an address', () => {
    const { more } = survey({ rows, next: 'https://a.example/x?access_token=s3cret&page=2' });
    expect(more?.what).toBe('next is "https://a.example/x?access_token=***&page=2"');
  });

  it('is read from numbers of pages', () => {
    const { pages } = survey({ rows, meta: { current_page: 1, last_page: 4 } });
    expect(pages).toMatchObject({ value: 4, pointer: '/meta/last_page' });
    expect(survey({ rows, meta: { page: 4, total_pages: 4 } })).not.toHaveProperty('pages');
  });
});

describe('a total', () => {
  it.each<[string, unknown, number, string]>([
    ['at the root', { rows, total: 9 }, 9, '/total'],
    ['in meta', { rows, meta: { total_count: 9 } }, 9, '/meta/total_count'],
    [
      'in meta.pagination',
      { rows, meta: { pagination: { total: 9 } } },
      9,
      '/meta/pagination/total',
    ],
    ['beside the records', { data: { rows, totalCount: 9 } }, 9, '/data/totalCount'],
    ['of Elasticsearch', { hits: { total: { value: 9 }, hits: rows } }, 9, '/hits/total'],
    ['of Django', { count: 9, next: null, previous: null, results: rows }, 9, '/count'],
    ['of Algolia', { hits: rows, nbHits: 9 }, 9, '/nbHits'],
    ['nearest to the records', { total: 100, data: { rows, total: 9 } }, 9, '/data/total'],
  ])('%s is read', (_name, body, value, pointer) => {
    expect(survey(body).total).toMatchObject({ value, pointer });
  });

  it.each<[string, unknown]>([
    ['of an invoice with lines', { id: 7, total: 300, lines: rows }],
    ['that is no whole number', { rows, total: 99.5 }],
    ['that is text', { rows, total: '€ 300' }],
    ['that counts the page', { rows, count: 2 }],
    ['in a record', { rows: [{ id: 1, total: 7 }] }],
  ])('is none %s', (_name, body) => {
    expect(survey(body)).not.toHaveProperty('total');
  });

  it.each<[string, string, number]>([
    ['X-Total-Count', '250', 250],
    ['X-WP-Total', '31', 31],
    ['Content-Range', 'items 0-24/319', 319],
    ['Content-Range', 'rows */7', 7],
  ])('in the header %s: %s is read', (name, text, value) => {
    expect(survey(rows, [[name, text]]).total).toMatchObject({ value, header: name.toLowerCase() });
  });

  it.each([
    ['X-Total-Count', 'many'],
    ['Content-Range', 'bytes 0-99/1000'],
    ['Content-Range', 'items 0-24/*'],
  ])('in the header %s: %s is none', (name, text) => {
    expect(survey(rows, [[name, text]])).not.toHaveProperty('total');
  });
});

describe('an error in a success', () => {
  it.each<[unknown, string]>([
    [{ ok: false, error: 'ratelimited' }, '/ok'],
    [{ success: false, rows }, '/success'],
    [{ status: 'Error', message: 'x' }, '/status'],
    [{ status: 'fail', data: null }, '/status'],
    [{ error: { code: 17 } }, '/error'],
    [{ errors: [{ message: 'x' }], data: null }, '/errors'],
    [{ jsonrpc: '2.0', id: 1, error: { code: -32000 } }, '/error'],
  ])('%j is one', (body, pointer) => {
    expect(survey(body).error).toMatchObject({ pointer });
  });

  it.each([
    { ok: true, rows },
    { status: 'success', rows },
    { error: null, errors: [], rows },
    { error: false, errors: {}, rows },
    { id: 7, status: 'error', error: 'disk full' },
    { rows: [{ id: 1, error: 'x' }] },
    [{ error: 'x' }],
  ])('%j is none', (body) => {
    expect(survey(body)).not.toHaveProperty('error');
  });
});
