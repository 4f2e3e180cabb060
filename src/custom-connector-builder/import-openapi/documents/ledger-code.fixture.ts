/** The functions that the document becomes. */
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
