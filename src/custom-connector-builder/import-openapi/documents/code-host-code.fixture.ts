/** The functions that the document becomes. */
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
