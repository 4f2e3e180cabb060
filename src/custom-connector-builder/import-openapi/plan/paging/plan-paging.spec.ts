import type { Operation, Parameter } from '../../read/operation.types.js';
import { References } from '../../read/references.js';
import { Schemas } from '../../read/schema-shape.js';
import { findRecords } from '../records/find-records.js';
import { PagingPlanner } from './plan-paging.js';

const integer = { type: 'integer' };
const text = { type: 'string' };
const records = { type: 'array', items: { type: 'object', properties: { id: text } } };
const page = (properties: object) => ({
  type: 'object',
  properties: { data: records, ...properties },
});

function inQuery(name: string, schema: object, description = ''): Parameter {
  return {
    name,
    in: 'query',
    required: false,
    schema,
    description,
    example: undefined,
    separator: undefined,
  };
}

function planOf(parameters: Parameter[], schema: object, headers: string[] = []) {
  const schemas = new Schemas(new References({}));
  const operation: Operation = {
    ...{ method: 'get', path: '/things', operationId: undefined, parameters, body: undefined },
    ...{
      answer: { contents: new Map(), headers: new Set(headers) },
      security: [],
      servers: undefined,
    },
  };
  const list = findRecords(schemas, schema, ['things']);
  if (typeof list === 'string') throw new Error(list);
  const { options, query } = new PagingPlanner(schemas, operation, schema, list, 'id').plan();
  return { ...Object.fromEntries(options), ...(query.length > 0 ? { query } : {}) };
}

const CASES: [string, Parameter[], object, object, string[]?][] = [
  ['nothing', [], records, {}],
  [
    'a size alone',
    [inQuery('limit', { type: 'integer', maximum: 50 })],
    records,
    { query: [['limit', '50']] },
  ],
  ['a size that nobody knows', [inQuery('limit', integer)], records, {}],
  [
    'page and per_page',
    [inQuery('page', integer), inQuery('per_page', { type: 'integer', maximum: 100 })],
    records,
    { strategy: 'page', pageSizeParam: 'per_page', pageSize: 100 },
  ],
  [
    'pages that count from 0, with a total',
    [inQuery('pageNumber', { type: 'integer', minimum: 0 })],
    page({ totalElements: integer }),
    { strategy: 'page', pageParam: 'pageNumber', startPage: 0, totalPath: 'totalElements' },
  ],
  [
    'pages with the number of pages in what tells of them',
    [inQuery('page', { type: 'integer', default: 1, minimum: 0 })],
    page({ meta: { type: 'object', properties: { total: integer, total_pages: integer } } }),
    { strategy: 'page', totalPagesPath: 'meta.total_pages' },
  ],
  [
    'offset and limit with a total',
    [inQuery('offset', integer), inQuery('limit', { type: 'integer', maximum: 5000 })],
    page({ total: integer }),
    { strategy: 'offset', limit: 1000, totalPath: 'total' },
  ],
  [
    'OData',
    [inQuery('$skip', integer), inQuery('$top', integer)],
    { type: 'object', properties: { value: records, '@odata.nextLink': text } },
    { strategy: 'cursor', nextUrlPath: '["@odata.nextLink"]' },
  ],
  [
    'a limit that only its description tells',
    [inQuery('offset', integer), inQuery('limit', integer, 'Default is 5, maximum is 80.')],
    records,
    { strategy: 'offset', limit: 80 },
  ],
  [
    'a limit that nothing tells',
    [inQuery('offset', integer), inQuery('limit', { type: 'integer', default: 20 })],
    records,
    { strategy: 'offset', limit: 20 },
  ],
  [
    'a cursor',
    [inQuery('page_token', text), inQuery('page_size', { type: 'integer', maximum: 25 })],
    page({ next_page_token: { type: 'string', nullable: true } }),
    {
      strategy: 'cursor',
      cursorPath: 'next_page_token',
      cursorParam: 'page_token',
      query: [['page_size', '25']],
    },
  ],
  [
    'a cursor with a flag, in an object',
    [inQuery('cursor', text)],
    page({
      pagination: {
        type: 'object',
        properties: { next_cursor: text, has_more: { type: 'boolean' } },
      },
    }),
    {
      ...{ strategy: 'cursor', cursorPath: 'pagination.next_cursor', cursorParam: 'cursor' },
      hasMorePath: 'pagination.has_more',
    },
  ],
  [
    'cursors of a graph',
    [inQuery('after', text)],
    page({
      paging: {
        type: 'object',
        properties: { cursors: { type: 'object', properties: { after: text, before: text } } },
      },
    }),
    { strategy: 'cursor', cursorPath: 'paging.cursors.after', cursorParam: 'after' },
  ],
  [
    'the id of the last record',
    [inQuery('starting_after', text)],
    page({ has_more: { type: 'boolean' } }),
    {
      strategy: 'cursor',
      cursorPath: '$["data"][-1]["id"]',
      cursorParam: 'starting_after',
      hasMorePath: 'has_more',
    },
  ],
  [
    'the number of the next page',
    [inQuery('page', integer)],
    page({ next_page: { type: 'integer', nullable: true } }),
    { strategy: 'cursor', cursorPath: 'next_page', cursorParam: 'page' },
  ],
  [
    'a bare next beside a page',
    [inQuery('page', integer)],
    page({ count: integer, next: { type: 'string', nullable: true }, previous: text }),
    { strategy: 'cursor', nextUrlPath: 'next' },
  ],
  [
    'links with an address in an object',
    [],
    page({
      _links: {
        type: 'object',
        properties: { next: { type: 'object', properties: { href: text } } },
      },
    }),
    { strategy: 'cursor', nextUrlPath: '_links.next.href' },
  ],
  [
    'a Link header',
    [inQuery('page', integer), inQuery('per_page', { type: 'integer', enum: [10, 30] })],
    records,
    { strategy: 'link-header', query: [['per_page', '30']] },
    ['link'],
  ],
  ['a page that is text', [inQuery('page', text)], records, {}],
  ['a sync token', [inQuery('page', integer)], page({ nextSyncToken: text }), { strategy: 'page' }],
];

describe('PagingPlanner', () => {
  it.each(CASES.map(([what, ...given]) => ({ what, given })))('recognises $what', ({ given }) => {
    const [parameters, schema, expected, headers] = given;
    expect(planOf(parameters, schema, headers)).toEqual(expected);
  });
});
