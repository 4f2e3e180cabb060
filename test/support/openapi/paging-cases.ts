import type { JsonObject } from './as-json-schema.js';
import type { Collection, Row } from './collection.js';
import { PLACEHOLDER } from './document-api.js';
import { byLastId, byLink, byOffset, byPage, byToken, type Paging } from './pages.js';

/** A way to page, as real APIs have it, told by the names of its parameters and of what answers say. */
export interface PagingCase {
  name: string;
  /** The parameters of the list, by name. */
  parameters: Record<string, JsonObject>;
  /** Where the records are in an answer; empty where it is a bare array. */
  records: string;
  /** What answers say beside the records, by its path. */
  says: Record<string, JsonObject>;
  paging: Paging;
  /** Answers have a Link header. */
  links?: boolean;
  /** How many records there are. */
  count?: number;
}

const COUNT = 230;
const text: JsonObject = { type: 'string' };
const maybe: JsonObject = { type: 'string', nullable: true };
const whole: JsonObject = { type: 'integer' };
const flag: JsonObject = { type: 'boolean' };
const atMost = (maximum: number): JsonObject => ({ type: 'integer', minimum: 1, maximum });

const PAGE = 40;

/** A token under one name in the query and at a path of the answer. */
function token(name: string, path: string, records: string, size?: string): PagingCase {
  return {
    name: `${name} from ${path}`,
    parameters: { [name]: text, ...(size ? { [size]: atMost(100) } : {}) },
    ...{ records, says: { [path]: maybe } },
    paging: byToken({
      ...{ token: name, usual: PAGE, ...(size ? { size } : {}) },
      tell: (next) => ({ [path]: next }),
    }),
  };
}

/** The same that leaves the path out at its end. */
function tokenUnlessLast(name: string, path: string, records: string): PagingCase {
  return {
    name: `${name} from ${path}, which is not there at the end`,
    parameters: { [name]: text },
    ...{ records, says: { [path]: text } },
    paging: byToken({
      ...{ token: name, usual: PAGE, tell: (next) => (next ? { [path]: next } : {}) },
    }),
  };
}

/** The next address at a path of the answer. */
function address(path: string, records: string, isRelative = false): PagingCase {
  return {
    name: `${isRelative ? 'a relative' : 'an absolute'} address at ${path}`,
    parameters: { after: text },
    ...{ records, says: { [path]: { ...maybe, format: 'uri-reference' } } },
    paging: byToken({
      ...{ token: 'after', usual: PAGE },
      tell: (_token, next) => ({
        [path]: next && (isRelative ? `${next.pathname}${next.search}` : next.href),
      }),
    }),
  };
}

interface Numbered {
  page: string;
  size?: string;
  records: string;
  /** Paths of the number of pages, of the number of records, and of the page's own number. */
  pages?: string;
  total?: string;
  number?: string;
  first?: number;
}

function numbered({ page, size, records, pages, total, number, first = 1 }: Numbered): PagingCase {
  const told = [pages, total, number].filter((path) => path !== undefined);
  return {
    name: `${page} from ${first}${size ? ` with ${size}` : ''}, told by ${told.join(', ') || 'nothing'}`,
    parameters: {
      [page]: { type: 'integer', minimum: first, default: first },
      ...(size ? { [size]: atMost(60) } : {}),
    },
    ...{ records, says: Object.fromEntries(told.map((path) => [path, whole])) },
    paging: (rows, asked) => {
      const query = { ...asked.query, [page]: Number(asked.query[page] ?? first) + 1 - first };
      return byPage({
        ...{ page, usual: PAGE, ...(size ? { size } : {}) },
        tell: (is) => ({
          ...(pages ? { [pages]: is.pages } : {}),
          ...(total ? { [total]: is.total } : {}),
          ...(number ? { [number]: is.page - 1 + first } : {}),
        }),
      })(rows, { ...asked, query });
    },
  };
}

function counted(offset: string, size: string, records: string, total?: string): PagingCase {
  return {
    name: `${offset} with ${size}, told by ${total ?? 'nothing'}`,
    parameters: { [offset]: { type: 'integer', minimum: 0 }, [size]: atMost(70) },
    ...{ records, says: total ? { [total]: whole } : {} },
    paging: byOffset({
      ...{ offset, size, usual: PAGE },
      tell: (is) => (total ? { [total]: is.total } : {}),
    }),
  };
}

function lastId(after: string, more: string): PagingCase {
  return {
    name: `${after} with the last id, told by ${more}`,
    parameters: { [after]: text, limit: atMost(100) },
    ...{ records: 'data', says: { [more]: flag } },
    paging: byLastId({
      ...{ after, size: 'limit', usual: PAGE, id: 'id' },
      tell: (hasMore) => ({ [more]: hasMore }),
    }),
  };
}

export const PAGING_CASES: PagingCase[] = [
  {
    ...{ name: 'a Link header', parameters: { page: whole, per_page: atMost(100) } },
    ...{ records: '', says: {}, links: true },
    paging: byLink({ page: 'page', size: 'per_page', usual: PAGE }),
  },
  {
    ...{ name: 'a Link header beside an envelope', parameters: { page: text } },
    ...{ records: 'items', says: {}, links: true },
    paging: byLink({ page: 'page', usual: PAGE }),
  },
  token('cursor', 'next_cursor', 'results', 'limit'),
  token('cursor', 'response_metadata.next_cursor', 'members', 'limit'),
  token('cursor', 'meta.nextCursor', 'data'),
  token('page_token', 'next_page_token', 'things', 'page_size'),
  tokenUnlessLast('pageToken', 'nextPageToken', 'things'),
  tokenUnlessLast('after', 'paging.next.after', 'results'),
  tokenUnlessLast('offset', 'offset', 'records'),
  token('continuation_token', 'continuation_token', 'items'),
  tokenUnlessLast('NextToken', 'NextToken', 'Things'),
  token('page[after]', 'meta.page.after', 'data', 'page[size]'),
  token('marker', 'next_marker', 'entries', 'limit'),
  address('next', 'results'),
  address('links.next', 'data', true),
  address('_links.next.href', '_embedded.things'),
  address('links.next.href', 'data'),
  address('paging.next', 'data'),
  address('next_page_url', 'data'),
  address('meta.next_page_url', 'things'),
  address('@odata.nextLink', 'value'),
  address('nextPageUri', 'things', true),
  numbered({ page: 'page', size: 'per_page', records: 'things', pages: 'meta.total_pages' }),
  numbered({ page: 'page', size: 'limit', records: 'data', pages: 'pagination.pages' }),
  numbered({ page: 'page', records: 'data', pages: 'meta.last_page', number: 'meta.current_page' }),
  numbered({ page: 'page', size: 'page_size', records: 'things', total: 'total' }),
  numbered({ page: 'pageNumber', size: 'pageSize', records: 'items', total: 'totalCount' }),
  numbered({ page: 'page[number]', size: 'page[size]', records: 'data', pages: 'meta.pages' }),
  numbered({ page: 'page', size: 'size', records: 'content', pages: 'totalPages', first: 0 }),
  numbered({ page: 'page', size: 'per_page', records: '' }),
  numbered({ page: 'p', records: 'data.items' }),
  counted('offset', 'limit', 'items', 'total'),
  counted('offset', 'limit', ''),
  counted('skip', 'limit', 'products', 'total'),
  counted('$skip', '$top', 'value'),
  counted('start', 'count', 'entries', 'meta.total'),
  counted('startAt', 'maxResults', 'values', 'total'),
  counted('from', 'size', 'hits', 'total_count'),
  lastId('starting_after', 'has_more'),
  lastId('after_id', 'hasMore'),
];

/** A document with one list that is paged so, and its server's collection. */
export function pagingDocument(subject: PagingCase): { document: string; collection: Collection } {
  const { parameters, records, says, paging, links, count = COUNT } = subject;
  const thing: JsonObject = {
    ...{ type: 'object', required: ['id'] },
    properties: { id: text, name: text, size: whole },
  };
  const list: JsonObject = { type: 'array', items: { $ref: '#/components/schemas/Thing' } };
  const document = {
    ...{ openapi: '3.0.3', info: { title: 'Pages', version: '1' } },
    servers: [{ url: `http://${PLACEHOLDER}` }],
    paths: {
      '/things': {
        get: {
          parameters: Object.entries(parameters).map(([name, schema]) => ({
            ...{ name, in: 'query', schema },
          })),
          responses: {
            200: {
              description: 'A page of things',
              ...(links ? { headers: { Link: { schema: text } } } : {}),
              content: {
                'application/json': {
                  schema: records === '' ? list : schemaOf({ ...says, [records]: list }),
                },
              },
            },
          },
        },
      },
    },
    components: { schemas: { Thing: thing } },
  };
  const rows = Array.from({ length: count }, (_, n) => ({
    ...{ id: `t${n}`, name: `Thing ${n}`, size: n },
  }));
  const collection: Collection = {
    ...{ path: '/things', id: 'id', rows: { '': rows }, paging },
    envelope: (page, more) => (records === '' ? page : valueOf({ ...more, [records]: page })),
  };
  return { document: JSON.stringify(document), collection };
}

/** Nothing that stands in such a path has a dot in it, but for OData's. */
function stepsOf(path: string): string[] {
  return path.startsWith('@') ? [path] : path.split('.');
}

/** The schema of an object with these values at these paths. */
function schemaOf(paths: Record<string, JsonObject>): JsonObject {
  const root: JsonObject = { type: 'object', properties: {} };
  for (const [path, schema] of Object.entries(paths)) {
    const steps = stepsOf(path);
    const last = steps.pop() ?? '';
    let at = root;
    for (const step of steps) {
      const properties = at['properties'] as Record<string, JsonObject>;
      at = properties[step] ??= { type: 'object', properties: {} };
    }
    (at['properties'] as Record<string, JsonObject>)[last] = schema;
  }
  return root;
}

function valueOf(paths: Row): Row {
  const root: Row = {};
  for (const [path, value] of Object.entries(paths)) {
    const steps = stepsOf(path);
    const last = steps.pop() ?? '';
    let at = root;
    for (const step of steps) at = (at[step] ??= {}) as Row;
    at[last] = value;
  }
  return root;
}
