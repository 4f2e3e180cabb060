import type { Collection, Row } from './collection.js';
import type { ImportCase } from './import-case.js';
import { byLastId, byLink, byOffset, byPage, byToken, whole } from './pages.js';

/** So many that no list fits into a few pages. */
const MANY = 263;

function rows(make: (n: number) => Row, count = MANY): Row[] {
  return Array.from({ length: count }, (_, n) => make(n));
}

const day = (n: number) => new Date(Date.UTC(2024, 0, 1 + n)).toISOString().slice(0, 10);
const moment = (n: number) => new Date(Date.UTC(2025, 5, 1, n, 30)).toISOString();
const hex = (n: number, digits = 4) => n.toString(16).padStart(digits, '0');

const dogs: Collection = {
  ...{ path: '/dogs', item: '/dogs/{dogId}', id: 'id' },
  rows: {
    '': rows((n) => ({
      ...{ id: n + 1, name: `Dog ${n}`, breed: ['beagle', 'pug'][n % 2], weight: n % 7 || null },
      ...(n % 3 === 0
        ? { born: day(n), tags: [`t${n % 5}`, 'kind'] }
        : { vaccinated: n % 2 === 0 }),
    })),
  },
  paging: byLink({ page: 'page', size: 'per_page', usual: 20 }),
  make: (_fields, count) => ({ id: 5_000 + count }),
};

const kennel: ImportCase = {
  name: '3.0, JSON: bearer, Link header, bare array, PUT of the whole record',
  ...{ file: 'kennel.json', key: 'kennel-key-0001', base: '/v1', as: 'object' },
  tables: [
    {
      ...{ wsId: 'dogs', collection: dogs, removes: true },
      columns: {
        ...{ id: 'numeric', name: 'text', breed: 'text', born: 'timestamp', weight: 'numeric' },
        ...{ vaccinated: 'boolean', tags: 'text[]' },
      },
      create: {
        name: "D'Artagnan \u2028 “`${x}`",
        breed: 'pug',
        tags: ['new', 'brave'],
        weight: 4.25,
      },
      update: { name: 'Renamed', vaccinated: true },
    },
    {
      wsId: 'breeds',
      collection: {
        ...{ path: '/breeds', id: 'code', paging: whole },
        rows: {
          '': rows((n) => ({ code: `b${n}`, name: `Breed ${n}`, size: 'small' }), 12),
        },
      },
      columns: { code: 'text', name: 'text', size: 'text' },
    },
  ],
  skipped: ['POST /login', 'POST /dogs/{dogId}/photo', 'POST /dogs/{dogId}/adopt'],
};

const library: ImportCase = {
  name: '3.1, YAML: key in a header, cursor by token, ids to be encoded, PATCH',
  ...{ file: 'library.yaml', key: 'library-key-0002', base: '', as: 'text' },
  tables: [
    {
      ...{ wsId: 'books', removes: true },
      collection: {
        ...{ path: '/books', item: '/books/{isbn}', id: 'isbn' },
        rows: {
          '': rows((n) => ({
            isbn: [`978/0 ${n} ä?`, `97%2F${n}`, `a+b&c=${n}#x`, `:${n}`][n % 4],
            ...{ title: `Book ${n}`, pages: n % 4 ? n + 1 : null, available: n % 2 === 0 },
            ...(n % 3 ? { published: moment(n), languages: ['en', 'de'] } : { published: null }),
            ...(n % 5 ? { rating: n % 5 } : { rating: { stars: 4, votes: n } }),
          })),
        },
        paging: byToken({
          ...{ token: 'cursor', size: 'limit', usual: 25 },
          tell: (next_cursor) => ({ meta: { next_cursor } }),
        }),
        envelope: (data, more) => ({ data, ...more }),
        make: () => ({}),
      },
      columns: {
        ...{ isbn: 'text', title: 'text', pages: 'numeric', published: 'timestamp' },
        ...{ available: 'boolean', languages: 'text[]', rating: 'jsonb' },
      },
      create: { isbn: '978/9 ü', title: 'New', pages: 12, languages: ['fr'], rating: { stars: 5 } },
      update: { title: 'Changed', pages: null, available: false },
    },
    {
      wsId: 'authors',
      collection: {
        ...{ path: '/authors', item: '/authors/{id}', id: 'id' },
        rows: {
          '': rows((n) => ({ id: n + 1, name: `Author ${n}`, born: n % 2 ? 1900 : null }), 70),
        },
        paging: byToken({
          ...{ token: 'cursor', size: 'limit', usual: 25 },
          tell: (next_cursor) => ({ meta: { next_cursor } }),
        }),
        envelope: (data, more) => ({ data, ...more }),
      },
      columns: { id: 'numeric', name: 'text', born: 'numeric' },
    },
  ],
  skipped: [],
};

const ledger: ImportCase = {
  name: 'Swagger 2.0, JSON: Basic, pages with their number told, nested values, PUT',
  ...{ file: 'ledger.json', key: 'keeper:pass:word-0003', base: '/api/v2', as: 'object' },
  tables: [
    {
      ...{ wsId: 'invoices', removes: true },
      collection: {
        ...{ path: '/invoices', item: '/invoices/{invoice_id}', id: 'id' },
        rows: {
          '': rows((n) => ({
            ...{ id: 10_000 - n, number: `2026-${n}`, amount: n * 1.5, issued_at: moment(n) },
            ...(n % 2 ? { status: 'paid' } : {}),
            customer: n % 3 ? { name: `Customer ${n}`, vat: `AT${n}` } : { name: `Customer ${n}` },
            lines: [{ text: 'one', price: n }],
          })),
        },
        paging: byPage({
          ...{ page: 'page', size: 'per_page', usual: 30 },
          tell: ({ page, pages }) => ({ meta: { page, total_pages: pages } }),
        }),
        envelope: (invoices, more) => ({ invoices, ...more }),
        make: (_fields, count) => ({ id: 20_000 + count, issued_at: moment(count) }),
        kept: ['issued_at'],
      },
      columns: {
        ...{ id: 'numeric', number: 'text', status: 'text', amount: 'numeric' },
        ...{ issued_at: 'timestamp', 'customer.name': 'text', 'customer.vat': 'text' },
        lines: 'jsonb',
      },
      create: {
        ...{ number: 'N-1', status: 'draft', amount: 12.5, customer: { name: 'C', vat: 'V' } },
        lines: [{ text: 'a', price: 1 }],
      },
      update: { status: 'open', customer: { name: 'Another' } },
    },
  ],
  skipped: ['POST /invoices/{invoice_id}/scan'],
};

const mailing: ImportCase = {
  name: 'Swagger 2.0, YAML: key in the query, offset and limit with a total, forms',
  ...{ file: 'mailing.yaml', key: 'mail+key/&=0004', base: '', as: 'text' },
  tables: [
    {
      ...{ wsId: 'subscribers', removes: true },
      collection: {
        ...{ path: '/subscribers', item: '/subscribers/{subscriber_id}', id: 'id' },
        rows: {
          '': rows((n) => ({
            ...{ id: `sub-${n}`, email: `a${n}@mail.test`, score: n, joined: moment(n) },
            ...(n % 2 ? { name: `Name ${n}` } : { active: true }),
          })),
        },
        paging: byOffset({
          ...{ offset: 'offset', size: 'limit', usual: 10, tell: ({ total }) => ({ total }) },
        }),
        envelope: (items, more) => ({ items, ...more }),
        make: (_fields, count) => ({ id: `sub-new-${count}`, joined: moment(count) }),
      },
      columns: {
        ...{ id: 'text', email: 'text', name: 'text', score: 'numeric', active: 'boolean' },
        joined: 'timestamp',
      },
      create: { email: 'n@mail.test', name: 'Ä & B=C+D', score: 7, active: false },
      update: { name: 'Other', score: 8 },
    },
  ],
  skipped: ['GET /subscribers/export'],
};

const tickets: ImportCase = {
  name: '3.0, YAML: has_more with the last id, form bodies, update by POST',
  ...{ file: 'tickets.yaml', key: 'sk_test_ticket_0005', base: '/v1', as: 'text' },
  tables: [
    {
      ...{ wsId: 'tickets', removes: true },
      collection: {
        ...{ path: '/tickets', item: '/tickets/{id}', id: 'id' },
        rows: {
          '': rows((n) => ({
            ...{ id: `tk_${hex(n)}`, object: 'ticket', created: 1_700_000_000 + n },
            ...{
              subject: `Subject ${n}`,
              priority: n % 4 ? 1 + (n % 5) : null,
              urgent: n % 2 === 0,
            },
          })),
        },
        paging: byLastId({
          ...{ after: 'starting_after', size: 'limit', usual: 10, id: 'id' },
          tell: (has_more) => ({ object: 'list', has_more, url: '/v1/tickets' }),
        }),
        envelope: (data, more) => ({ ...more, data }),
        make: (_fields, count) => ({
          id: `tk_new${count}`,
          object: 'ticket',
          created: 1_800_000_000,
        }),
      },
      columns: {
        ...{ id: 'text', object: 'text', created: 'numeric', subject: 'text', priority: 'numeric' },
        urgent: 'boolean',
      },
      create: { subject: 'It is & will = be', priority: 3, urgent: true },
      update: { subject: 'Changed', urgent: false },
    },
  ],
  skipped: [],
};

const uuid = (n: number) => `00000000-0000-4000-8000-${hex(n, 12)}`;
const sensors: ImportCase = {
  name: '3.1, JSON: key in a cookie, the next page’s whole URL, 201 with a Location alone',
  ...{ file: 'sensors.json', key: 'session-0006', base: '/rest', as: 'url' },
  tables: [
    {
      ...{ wsId: 'sensors', removes: true },
      collection: {
        ...{ path: '/sensors', item: '/sensors/{uuid}', id: 'uuid', saysOnlyWhere: true },
        rows: {
          '': rows((n) => ({
            ...{
              uuid: uuid(n),
              kind: 'heat',
              label: n % 2 ? `S${n}` : null,
              position: [n, n / -4 + 1],
            },
            ...{ seen: moment(n), settings: { unit: 'K', [`k${n % 3}`]: n } },
          })),
        },
        paging: byToken({
          ...{ token: 'cursor', usual: 60 },
          tell: (_token, next) => ({ count: MANY, next: next?.href ?? null, previous: null }),
        }),
        envelope: (results, more) => ({ ...more, results }),
        make: (_fields, count) => ({ uuid: uuid(9_000 + count), seen: moment(count) }),
      },
      columns: {
        ...{ uuid: 'text', kind: 'text', label: 'text', position: 'numeric[]', seen: 'timestamp' },
        settings: 'jsonb',
      },
      create: { kind: 'sound', label: 'New', position: [1, 2.5], settings: { loud: true } },
    },
  ],
  skipped: [],
};

const gallery: ImportCase = {
  name: '3.0, YAML: no key, the next page’s relative URL, nested envelope, wrapped bodies',
  ...{ file: 'gallery.yaml', key: 'nobody-asks-0007', base: '', as: 'url' },
  tables: [
    {
      wsId: 'artworks',
      collection: {
        ...{ path: '/artworks', item: '/artworks/{artworkId}', id: 'artworkId' },
        rows: {
          '': rows((n) => ({
            ...{ artworkId: `art ${n}`, title: `Title ${n}`, year: 1800 + n, hung: n % 2 === 0 },
            artist: { name: `Artist ${n}`, country: n % 3 ? 'AT' : null },
          })),
        },
        paging: byToken({
          ...{ token: 'cursor', usual: 50 },
          tell: (_token, next) => ({ links: { next: next && `${next.pathname}${next.search}` } }),
        }),
        envelope: (items, more) => ({ data: { items }, ...more }),
        show: (artwork) => ({ artwork }),
        take: ({ artwork }) => artwork as Row,
        make: (_fields, count) => ({ artworkId: `new/${count}`, hung: false }),
      },
      columns: {
        ...{ artworkId: 'text', title: 'text', year: 'numeric', hung: 'boolean' },
        ...{ 'artist.name': 'text', 'artist.country': 'text' },
      },
      create: { title: 'New', year: 2026, artist: { name: 'Somebody', country: 'IT' } },
      update: { title: 'Changed', artist: { country: 'FR' } },
    },
  ],
  skipped: [],
};

const repos: Collection = {
  ...{ path: '/orgs/{org}/repos', item: '/orgs/{org}/repos/{repo}', id: 'repo' },
  rows: Object.fromEntries(
    ['acme', 'b/c d', 'void'].map((org, at) => [
      org,
      rows(
        (n) => ({
          ...{ id: 1_000 * at + n, repo: `repo.${n}`, name: `Repo ${n}`, private: n % 2 === 0 },
          ...{ topics: ['x'], owner: { org, name: `Org ${at}` } },
        }),
        [MANY, 40, 0][at],
      ),
    ]),
  ),
  paging: byLink({ page: 'page', size: 'per_page', usual: 30 }),
  make: ({ name }, count) => ({ id: 90_000 + count, repo: `made-${String(name)}`, private: false }),
};
const repoColumns = {
  ...{ id: 'numeric', repo: 'text', name: 'text', private: 'boolean', topics: 'text[]' },
  ...{ 'owner.org': 'text', 'owner.name': 'text' },
};

const forge: ImportCase = {
  name: '3.1, YAML: OAuth, server variables, collections below a parent',
  ...{ file: 'forge.yaml', key: 'gho_forge_token_0008', base: '/api/v3', as: 'text' },
  tables: [
    {
      wsId: 'orgs',
      collection: {
        ...{ path: '/orgs', item: '/orgs/{org}', id: 'org' },
        rows: { '': ['acme', 'b/c d', 'void'].map((org, at) => ({ org, name: `Org ${at}` })) },
        paging: byLink({ page: 'page', size: 'per_page', usual: 2 }),
      },
      columns: { org: 'text', name: 'text' },
    },
    {
      ...{ wsId: 'orgs:acme:repos', parents: 'acme', collection: repos, columns: repoColumns },
      create: { name: 'fresh', private: true, topics: ['a', 'b'] },
      update: { topics: ['z'], private: false },
      removes: true,
    },
    { wsId: 'orgs:b/c d:repos', parents: 'b/c d', collection: repos, columns: repoColumns },
    { wsId: 'orgs:void:repos', parents: 'void', collection: repos, columns: repoColumns },
  ],
  skipped: ['GET /users/{username}/keys'],
};

const warehouse: ImportCase = {
  name: '3.1, JSON: relative server, names with $ and @, the key as the whole Authorization',
  ...{ file: 'warehouse.json', key: 'SharedKey warehouse-0009', base: '/odata/v4', as: 'url' },
  tables: [
    {
      ...{ wsId: 'Products', removes: true },
      collection: {
        ...{ path: '/Products', item: '/Products/{Id}', id: 'Id' },
        rows: {
          '': rows((n) => ({
            ...{ Id: n + 1, Name: `Product ${n}`, Price: n / 4, Discontinued: n % 9 === 0 },
            ...{ ReleaseDate: moment(n), '@odata.etag': `W/"${n}"` },
          })),
        },
        paging: byOffset({
          ...{ offset: '$skip', size: '$top', usual: 40 },
          tell: ({ next }) => (next ? { '@odata.nextLink': next.href } : {}),
        }),
        envelope: (value, more) => ({ value, ...more }),
        make: (_fields, count) => ({ Id: 7_000 + count, '@odata.etag': 'W/"new"' }),
      },
      columns: {
        ...{ Id: 'numeric', Name: 'text', Price: 'numeric', Discontinued: 'boolean' },
        ...{ ReleaseDate: 'timestamp', '["@odata.etag"]': 'text' },
      },
      create: { Name: 'New', Price: 9.5, Discontinued: false },
      update: { Price: 10 },
    },
  ],
  skipped: [],
};

const shapes: ImportCase = {
  name: '3.0, YAML: cyclic schemas, oneOf with a discriminator, `server` for a relative one',
  ...{ file: 'shapes.yaml', key: 'nobody-asks-0010', base: '/drawing', as: 'text' },
  server: 'http://api.example.test/drawing',
  tables: [
    {
      wsId: 'nodes',
      collection: {
        ...{ path: '/nodes', item: '/nodes/{id}', id: 'id', paging: whole },
        rows: {
          '': rows((n) => ({
            ...{
              id: `n${n}`,
              label: n % 2 ? `Node ${n}` : null,
              parent: { id: 'n0', children: [] },
            },
            ...{
              children: [{ id: 'x', children: [{ id: 'y' }] }],
              links: { a: { to: { id: 'n1' } } },
            },
          })),
        },
      },
      columns: { id: 'text', label: 'text', parent: 'jsonb', children: 'jsonb', links: 'jsonb' },
    },
    {
      wsId: 'shapes',
      collection: {
        ...{ path: '/shapes', id: 'id', paging: whole },
        envelope: (results) => ({ results }),
        rows: {
          '': rows((n) => ({
            ...(n % 2
              ? { id: n, kind: 'circle', radius: n / 2 }
              : {
                  id: n,
                  kind: 'polygon',
                  points: [
                    [0, 0],
                    [n, 1.5],
                  ],
                }),
          })),
        },
      },
      columns: { id: 'numeric', kind: 'text', radius: 'numeric', points: 'jsonb' },
    },
  ],
  skipped: [],
};

const contacts: ImportCase = {
  name: '3.0, YAML: OpenID, .json in paths, a required parameter with one value, pages without an end told',
  ...{ file: 'contacts.yaml', key: 'id-token-0011', base: '/crm', as: 'text' },
  tables: [
    {
      ...{ wsId: 'contacts', removes: true },
      collection: {
        ...{ path: '/contacts.json', item: '/contacts/{contact_id}.json', id: 'id' },
        rows: {
          '': rows((n) => ({
            ...{ id: `c.${n}`, email: `c${n}@mail.test` },
            name: n % 2 ? { first: 'A', last: `L${n}` } : { last: `L${n}` },
            ...(n % 3
              ? { address: { street: `S ${n}`, geo: { lat: n / 8, lng: n / 8 - 90 } } }
              : {}),
          })),
        },
        paging: byPage({ page: 'page', size: 'page_size', usual: 15 }),
        envelope: (found) => ({ contacts: found }),
        make: (_fields, count) => ({ id: `made/${count}` }),
      },
      columns: {
        ...{ id: 'text', email: 'text', 'name.first': 'text', 'name.last': 'text' },
        address: 'jsonb',
      },
      create: {
        email: 'x@mail.test',
        name: { first: 'F', last: 'L' },
        address: { street: 'Main' },
      },
      update: { email: 'y@mail.test', name: { last: 'Changed' } },
    },
  ],
  skipped: [],
};

const services = ['SV0001', 'SV0002'];
const channels = ['CH0a', 'CH0b'];
const pageUrl = (list: string) =>
  ({
    paging: byToken({
      ...{ token: 'PageToken', size: 'PageSize', usual: 20 },
      tell: (_token, next) => ({
        meta: { key: list, page: 0, page_size: 20, next_page_url: next?.href ?? null },
      }),
    }),
    envelope: (found: Row[], more: Row) => ({ [list]: found, ...more }),
  }) satisfies Partial<Collection>;
const channelList: Collection = {
  ...{ path: '/v2/Services/{ServiceSid}/Channels', id: 'sid', ...pageUrl('channels') },
  rows: Object.fromEntries(
    services.map((sid) => [
      sid,
      channels.map((channel) => ({ sid: channel, service_sid: sid, unique_name: `c-${channel}` })),
    ]),
  ),
};
const messageList: Collection = {
  path: '/v2/Services/{ServiceSid}/Channels/{ChannelSid}/Messages',
  item: '/v2/Services/{ServiceSid}/Channels/{ChannelSid}/Messages/{Sid}',
  ...{ id: 'sid', ...pageUrl('messages') },
  rows: Object.fromEntries(
    services.flatMap((service) =>
      channels.map((channel, at) => [
        `${service}/${channel}`,
        rows(
          (n) => ({
            ...{
              sid: `IM${hex(n)}`,
              channel_sid: channel,
              body: `Text ${n}`,
              from: null,
              index: n,
            },
            ...{ date_created: moment(n), links: { self: `/${n}` } },
          }),
          at === 0 && service === 'SV0001' ? MANY : 3,
        ),
      ]),
    ),
  ),
  make: (_fields, count) => ({ sid: `IMff${hex(count)}`, index: count }),
};
const channelColumns = { sid: 'text', service_sid: 'text', unique_name: 'text' };
const messageColumns = {
  ...{ sid: 'text', channel_sid: 'text', body: 'text', from: 'text', index: 'numeric' },
  ...{ date_created: 'timestamp', links: 'jsonb' },
};
const messages: ImportCase = {
  name: '3.0, YAML: Basic, two levels of parents, meta.next_page_url, forms',
  ...{ file: 'messages.yaml', key: 'AC0012:auth-token-0012', base: '', as: 'text' },
  tables: [
    {
      wsId: 'Services',
      collection: {
        ...{ path: '/v2/Services', id: 'sid', ...pageUrl('services') },
        rows: { '': services.map((sid) => ({ sid, friendly_name: `Service ${sid}` })) },
      },
      columns: { sid: 'text', friendly_name: 'text' },
    },
    ...services.map((service) => ({
      ...{ wsId: `Services:${service}:Channels`, parents: service },
      ...{ collection: channelList, columns: channelColumns },
    })),
    ...services.flatMap((service) =>
      channels.map((channel) => ({
        wsId: `Services:${service}:Channels:${channel}:Messages`,
        ...{ parents: `${service}/${channel}`, collection: messageList, columns: messageColumns },
        ...(service === 'SV0001' && channel === 'CH0a'
          ? { create: { body: 'Hi & hello', from: 'me' }, update: { body: 'Bye' }, removes: true }
          : {}),
      })),
    ),
  ],
  skipped: [],
};

const cloud: ImportCase = {
  name: '3.0, YAML: two keys or one, pageToken, readOnly values, PATCH',
  ...{ file: 'cloud.yaml', key: 'ya29.cloud-0013', base: '/v1', as: 'url' },
  tables: [
    {
      ...{ wsId: 'buckets', removes: true },
      collection: {
        ...{ path: '/buckets', item: '/buckets/{bucket}', id: 'id' },
        rows: {
          '': rows((n) => ({
            ...{ id: `b-${n}`, selfLink: `/b/${n}`, name: `bucket ${n}`, location: 'EU' },
            ...{ timeCreated: moment(n), sizeBytes: `${n}000000000000000`, labels: { team: 'x' } },
            ...(n % 2 ? { versioning: { enabled: n % 3 === 0 } } : {}),
          })),
        },
        paging: byToken({
          ...{ token: 'pageToken', size: 'pageSize', usual: 20 },
          tell: (nextPageToken) => ({
            kind: 'buckets',
            ...(nextPageToken ? { nextPageToken } : {}),
          }),
        }),
        envelope: (buckets, more) => ({ buckets, ...more }),
        make: (_fields, count) => ({ id: `made-${count}`, timeCreated: moment(count) }),
      },
      columns: {
        ...{ id: 'text', selfLink: 'text', name: 'text', location: 'text' },
        ...{ timeCreated: 'timestamp', sizeBytes: 'text', labels: 'jsonb' },
        'versioning.enabled': 'boolean',
      },
      create: { name: 'n', location: 'US', labels: { a: 'b' }, versioning: { enabled: true } },
      update: { location: 'ASIA', labels: { c: 'd' }, versioning: { enabled: false } },
    },
  ],
  skipped: ['PUT /buckets/{bucket}/upload'],
};

const registry: ImportCase = {
  name: '3.1, YAML: what no table can be made of is told with its reason',
  ...{ file: 'registry.yaml', key: 'nobody-asks-0014', base: '', as: 'object' },
  tables: [
    {
      wsId: 'versions',
      collection: {
        ...{ path: '/versions', id: 'id', paging: whole },
        rows: { '': rows((n) => ({ id: `1.${n}.0`, size: n })) },
      },
      columns: { id: 'text', size: 'numeric' },
    },
  ],
  skipped: [
    ...['GET /search', 'GET /stats', 'GET /readme', 'GET /elsewhere', 'GET /events'],
    ...['GET /partners/{partner}/offers', 'POST /reindex'],
  ],
};

/** Documents of every version, with what their servers do and what has to come of an import. */
export const CASES: ImportCase[] = [
  ...[kennel, library, ledger, mailing, tickets, sensors, gallery, forge, warehouse, shapes],
  ...[contacts, messages, cloud, registry],
];

/** The case of a document. */
export function caseOf(file: string): ImportCase {
  const found = CASES.find((one) => one.file === file);
  if (!found) throw new Error(`${file} is the document of no case`);
  return found;
}
