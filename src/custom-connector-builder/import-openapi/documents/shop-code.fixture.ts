/** The functions that the document becomes. */
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
