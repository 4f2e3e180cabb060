/** The functions that the document becomes. */
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
