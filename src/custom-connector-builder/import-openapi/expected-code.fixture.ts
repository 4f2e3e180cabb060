/** The code that the documents of the fixture become, in full. */

export const SHOP_CODE = {
  pollRecords: `const BASE_URL = 'https://eu.shop.example/v2';

function headers(apiKey) {
  return { Accept: 'application/json', Authorization: \`Bearer \${apiKey}\` };
}

async function* pollRecords(apiKey) {
  yield* paginate(\`\${BASE_URL}/products\`, {
    strategy: 'page',
    pageSizeParam: 'per_page',
    pageSize: 200,
    totalPagesPath: 'meta.total_pages',
    headers: headers(apiKey),
  });
}
`,
  getRecord: `const BASE_URL = 'https://eu.shop.example/v2';

function headers(apiKey) {
  return { Accept: 'application/json', Authorization: \`Bearer \${apiKey}\` };
}

async function getRecord(recordId, apiKey) {
  const response = await fetch(\`\${BASE_URL}/products/\${encodeURIComponent(recordId)}\`, {
    headers: headers(apiKey),
  });
  if (response.status === 404) return null;
  if (!response.ok) throw new HttpError(response.status, response.url, await response.text());
  return (await response.json()).data;
}
`,
  createRecord: `const BASE_URL = 'https://eu.shop.example/v2';

const PLACES = {
  title: { path: ['title'] },
  'price.amount': { path: ['price', 'amount'] },
  'price.currency': { path: ['price', 'currency'] },
  tags: { path: ['tags'] },
  available: { path: ['available'] },
  releasedOn: { path: ['releasedOn'], isDate: true },
  category: { path: ['category'] },
  variants: { path: ['variants'] },
};

function headers(apiKey) {
  return { Accept: 'application/json', Authorization: \`Bearer \${apiKey}\` };
}

function place(recordData, places, body = {}) {
  for (const [name, { path, isDate }] of Object.entries(places)) {
    if (!Object.hasOwn(recordData, name)) continue;
    const value = recordData[name];
    let at = body;
    for (const key of path.slice(0, -1)) at = at[key] ??= {};
    at[path.at(-1)] = isDate && value !== null ? String(value).slice(0, 10) : value;
  }
  return body;
}

async function createRecord(recordData, apiKey) {
  const response = await fetch(\`\${BASE_URL}/products\`, {
    method: 'POST',
    headers: { ...headers(apiKey), 'Content-Type': 'application/json' },
    body: JSON.stringify(place(recordData, PLACES)),
  });
  if (!response.ok) {
    throw new HttpError(response.status, response.url, await response.text(), 'POST');
  }
  return (await response.json()).data.id;
}
`,
  updateRecord: `const BASE_URL = 'https://eu.shop.example/v2';

const PLACES = {
  title: { path: ['title'] },
  'price.amount': { path: ['price', 'amount'] },
  'price.currency': { path: ['price', 'currency'] },
  tags: { path: ['tags'] },
  available: { path: ['available'] },
  releasedOn: { path: ['releasedOn'], isDate: true },
  category: { path: ['category'] },
  variants: { path: ['variants'] },
};

const KEPT = ['title', 'price', 'tags', 'available', 'releasedOn', 'category', 'variants'];

function headers(apiKey) {
  return { Accept: 'application/json', Authorization: \`Bearer \${apiKey}\` };
}

function place(recordData, places, body = {}) {
  for (const [name, { path, isDate }] of Object.entries(places)) {
    if (!Object.hasOwn(recordData, name)) continue;
    const value = recordData[name];
    let at = body;
    for (const key of path.slice(0, -1)) at = at[key] ??= {};
    at[path.at(-1)] = isDate && value !== null ? String(value).slice(0, 10) : value;
  }
  return body;
}

function pick(values, names) {
  const given = names.filter((name) => Object.hasOwn(values, name));
  return Object.fromEntries(given.map((name) => [name, values[name]]));
}

async function currentOf(url, headers, envelope) {
  const response = await fetch(url, { headers });
  if (!response.ok) throw new HttpError(response.status, response.url, await response.text());
  const answer = await response.json();
  return envelope === undefined ? answer : answer[envelope];
}

async function updateRecord(recordId, recordData, apiKey) {
  const url = \`\${BASE_URL}/products/\${encodeURIComponent(recordId)}\`;
  // PUT replaces a record: what does not change is sent as it is.
  const current = await currentOf(url, headers(apiKey), 'data');
  const record = place(recordData, PLACES, pick(current, KEPT));
  const response = await fetch(url, {
    method: 'PUT',
    headers: { ...headers(apiKey), 'Content-Type': 'application/json' },
    body: JSON.stringify(record),
  });
  if (!response.ok) {
    throw new HttpError(response.status, response.url, await response.text(), 'PUT');
  }
}
`,
  deleteRecord: `const BASE_URL = 'https://eu.shop.example/v2';

function headers(apiKey) {
  return { Accept: 'application/json', Authorization: \`Bearer \${apiKey}\` };
}

async function deleteRecord(recordId, apiKey) {
  const response = await fetch(\`\${BASE_URL}/products/\${encodeURIComponent(recordId)}\`, {
    method: 'DELETE',
    headers: headers(apiKey),
  });
  if (!response.ok) {
    throw new HttpError(response.status, response.url, await response.text(), 'DELETE');
  }
}
`,
};

export const CODE_HOST_CODE = {
  listTables: `const BASE_URL = 'http://localhost:8080/api';
const HEADERS = { Accept: 'application/json' };

const TABLES = {
  orgs: {
    path: () => '/orgs',
    records: (page) => page,
    label: 'name',
    holds: [{ name: 'repos', key: 'login' }],
  },
};

async function* recordsOf(table, apiKey) {
  const response = await fetch(BASE_URL + table.path(...table.parents), { headers: HEADERS });
  if (!response.ok) throw new HttpError(response.status, response.url, await response.text());
  yield* table.records(await response.json());
}

function parentsOf(tableId) {
  return tableId.filter((_, at) => at % 2 === 1).map(encodeURIComponent);
}

async function listTables(apiKey) {
  const tables = [{ id: ['orgs'], displayName: 'orgs' }];
  // Grows while it is gone through: what a record holds may hold further tables.
  for (const { id, displayName } of tables) {
    const kind = id.filter((_, at) => at % 2 === 0).join('/');
    if (!Object.hasOwn(TABLES, kind)) continue;
    const table = { ...TABLES[kind], parents: parentsOf(id) };
    for await (const record of recordsOf(table, apiKey)) {
      for (const { name, key } of table.holds) {
        const label = record[table.label] ?? record[key];
        tables.push({
          id: [...id, String(record[key]), name],
          displayName: \`\${displayName} / \${label} / \${name}\`,
        });
      }
    }
  }
  return tables;
}
`,
  pollRecords: `const BASE_URL = 'http://localhost:8080/api';
const HEADERS = { Accept: 'application/json' };

const TABLES = {
  orgs: { path: () => '/orgs' },
  'orgs/repos': {
    path: (parent) => \`/orgs/\${parent}/repos?per_page=100\`,
    paging: { strategy: 'link-header' },
  },
};

function tableOf(tableId) {
  const kind = tableId.filter((_, at) => at % 2 === 0).join('/');
  if (!Object.hasOwn(TABLES, kind)) {
    throw new Error(\`\${tableId.join(' / ')} has no operation that lists records.\`);
  }
  const parents = tableId.filter((_, at) => at % 2 === 1).map(encodeURIComponent);
  return { ...TABLES[kind], parents };
}

async function* pollRecords(apiKey, tableId) {
  const table = tableOf(tableId);
  const url = BASE_URL + table.path(...table.parents);
  if (table.paging) {
    yield* paginate(url, { ...table.paging, headers: HEADERS });
    return;
  }
  const response = await fetch(url, { headers: HEADERS });
  if (!response.ok) throw new HttpError(response.status, response.url, await response.text());
  yield response.json();
}
`,
  createRecord: `const BASE_URL = 'http://localhost:8080/api';
const HEADERS = { Accept: 'application/json' };
const WRITABLE = ['name', 'private'];

const TABLES = {
  'orgs/repos': { path: (parent) => \`/orgs/\${parent}/repos\` },
};

function pick(values, names) {
  const given = names.filter((name) => Object.hasOwn(values, name));
  return Object.fromEntries(given.map((name) => [name, values[name]]));
}

function tableOf(tableId) {
  const kind = tableId.filter((_, at) => at % 2 === 0).join('/');
  if (!Object.hasOwn(TABLES, kind)) {
    throw new Error(\`\${tableId.join(' / ')} has no operation that creates records.\`);
  }
  const parents = tableId.filter((_, at) => at % 2 === 1).map(encodeURIComponent);
  return { ...TABLES[kind], parents };
}

async function createRecord(recordData, apiKey, tableId) {
  const table = tableOf(tableId);
  const response = await fetch(BASE_URL + table.path(...table.parents), {
    method: 'POST',
    headers: { ...HEADERS, 'Content-Type': 'application/json' },
    body: JSON.stringify(pick(recordData, WRITABLE)),
  });
  if (!response.ok) {
    throw new HttpError(response.status, response.url, await response.text(), 'POST');
  }
  return recordData.name;
}
`,
};

export const LEDGER_CODE = {
  pollRecords: `const BASE_URL = 'https://ledger.example/v1';
const HEADERS = { Accept: 'application/json' };

const TABLES = {
  charges: {
    path: '/charges?limit=100',
    paging: {
      strategy: 'cursor',
      cursorPath: '$["data"][-1]["id"]',
      cursorParam: 'starting_after',
      hasMorePath: 'has_more',
    },
  },
  rates: { path: '/rates?base=EUR', isOpen: true, headers: { 'X-Version': '2' } },
};

function withKey(address, apiKey) {
  const url = new URL(address);
  if (apiKey !== undefined) url.searchParams.set('api_key', apiKey);
  return url;
}

async function* pollRecords(apiKey, [name]) {
  const table = TABLES[name];
  const url = withKey(BASE_URL + table.path, table.isOpen ? undefined : apiKey);
  if (table.paging) {
    yield* paginate(url, { ...table.paging, headers: { ...HEADERS, ...table.headers } });
    return;
  }
  const response = await fetch(url, { headers: { ...HEADERS, ...table.headers } });
  if (!response.ok) throw new HttpError(response.status, response.url, await response.text());
  yield response.json();
}
`,
  createRecord: `const BASE_URL = 'https://ledger.example/v1';
const HEADERS = { Accept: 'application/json' };
const NAMES = { amount: 'amount', payment_method: 'payment-method' };

function withKey(address, apiKey) {
  const url = new URL(address);
  url.searchParams.set('api_key', apiKey);
  return url;
}

function rename(values, names) {
  const given = Object.keys(names).filter((name) => Object.hasOwn(values, name));
  return Object.fromEntries(given.map((name) => [names[name], values[name]]));
}

function formOf(values) {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const item of [value].flat()) {
      const isObject = typeof item === 'object' && item !== null;
      form.append(name, isObject ? JSON.stringify(item) : (item ?? ''));
    }
  }
  return form;
}

async function createRecord(recordData, apiKey, [name]) {
  if (name !== 'charges') throw new Error(\`\${name} has no operation that creates records.\`);
  const response = await fetch(withKey(\`\${BASE_URL}/charges\`, apiKey), {
    method: 'POST',
    headers: HEADERS,
    body: formOf(rename(recordData, NAMES)),
  });
  if (!response.ok) {
    throw new HttpError(response.status, response.url, await response.text(), 'POST');
  }
  return (await response.json()).id;
}
`,
};

export const LIBRARY_CODE = {
  updateRecord: `const BASE_URL = 'https://library.example/api';

const TABLES = {
  books: {
    path: (id) => \`/books/\${id}\`,
    method: 'PATCH',
    idIn: (id) => ({ id }),
    places: {
      id: ['id'],
      title: ['attributes', 'title'],
      pages: ['attributes', 'pages'],
      'a-b': ['attributes', 'a-b'],
    },
    kept: ['id', 'attributes'],
    wrap: (body) => ({ data: { type: 'books', ...body } }),
    contentType: 'application/vnd.api+json',
    envelope: 'data',
  },
  shelves: {
    path: (id) => \`/shelf/\${id}\`,
    method: 'PUT',
    places: { code: ['code'], room: ['room'], secret: ['secret'] },
    kept: ['code', 'room', 'secret'],
    wrap: (body) => body,
    contentType: 'application/json',
    replaces: true,
  },
};

function headers(apiKey) {
  return {
    Accept: 'application/vnd.api+json, application/json',
    Authorization: \`Basic \${btoa(apiKey)}\`,
  };
}

function place(recordData, places, body = {}) {
  for (const [name, path] of Object.entries(places)) {
    if (!Object.hasOwn(recordData, name)) continue;
    let at = body;
    for (const key of path.slice(0, -1)) at = at[key] ??= {};
    at[path.at(-1)] = recordData[name];
  }
  return body;
}

function pick(values, names) {
  const given = names.filter((name) => Object.hasOwn(values, name));
  return Object.fromEntries(given.map((name) => [name, values[name]]));
}

async function currentOf(url, headers, envelope) {
  const response = await fetch(url, { headers });
  if (!response.ok) throw new HttpError(response.status, response.url, await response.text());
  const answer = await response.json();
  return envelope === undefined ? answer : answer[envelope];
}

async function updateRecord(recordId, recordData, apiKey, [name]) {
  const table = TABLES[name];
  const url = BASE_URL + table.path(encodeURIComponent(recordId));
  // PUT replaces a record: what does not change is sent as it is.
  const current = table.replaces ? await currentOf(url, headers(apiKey), table.envelope) : {};
  const changes = { ...recordData, ...table.idIn?.(recordId) };
  const record = place(changes, table.places, pick(current, table.kept));
  const response = await fetch(url, {
    method: table.method,
    headers: { ...headers(apiKey), 'Content-Type': table.contentType },
    body: JSON.stringify(table.wrap(record)),
  });
  if (!response.ok) {
    throw new HttpError(response.status, response.url, await response.text(), table.method);
  }
}
`,
};
