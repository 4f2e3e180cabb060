// @ts-check
import { FIELDS } from './expectations.js';

/** A connector to the countries. @param {string} host of the REST server */
export function connectorTo(host) {
  return {
    name: 'Countries of the world',
    allowedHosts: [host],
    listTables: `async function listTables(apiKey) {
  const response = await fetch('http://${host}/db');
  const tables = Object.keys(await response.json());
  return tables.map((table) => ({
    id: [table],
    displayName: table[0].toUpperCase() + table.slice(1),
  }));
}`,
    pollRecords: `async function* pollRecords(apiKey, [table]) {
  for (let page = 1; ; page += 1) {
    const response = await fetch(\`http://${host}/\${table}?_page=\${page}&_limit=100\`);
    if (!response.ok) throw new Error(\`\${table} answered \${response.status}\`);
    const records = await response.json();
    if (records.length === 0) return;
    yield records;
  }
}`,
    getRecord: `async function getRecord(id, apiKey, [table]) {
  const response = await fetch(\`http://${host}/\${table}/\${id}\`);
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(\`\${table} answered \${response.status}\`);
  return response.json();
}`,
    updateRecord: `async function updateRecord(id, { Area, Landlocked }, apiKey, [table]) {
  const response = await fetch(\`http://${host}/\${table}/\${id}\`, {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ area: Area, landlocked: Landlocked }),
  });
  if (!response.ok) throw new Error(\`\${table} answered \${response.status}\`);
}`,
    deleteRecord: `async function deleteRecord(id, apiKey, [table]) {
  const response = await fetch(\`http://${host}/\${table}/\${id}\`, { method: 'DELETE' });
  if (!response.ok) throw new Error(\`\${table} answered \${response.status}\`);
}`,
    mapping: {
      recordArrayPath: '',
      idPath: 'cca3',
      fields: FIELDS.map(({ name, path, type }) => ({ name, path, type })),
    },
  };
}
