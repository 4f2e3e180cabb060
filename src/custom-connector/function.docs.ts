import type { ApiPropertyOptions } from '@nestjs/swagger';

/** The descriptions of a connector's functions, as the API docs show them. */

function source(description: string, example: string): ApiPropertyOptions {
  return {
    type: 'string',
    nullable: true,
    description: `JavaScript source, up to 256 KiB, that defines a function of this name. ${description}`,
    example,
  };
}

export const LIST_TABLES = source(
  'Called with `(apiKey)`; gives `[{ id: string[], displayName }]`.',
  "async function listTables(apiKey) {\n  return [{ id: ['products'], displayName: 'Products' }];\n}",
);
export const FETCH_SCHEMA = source(
  'Called with `(apiKey, tableId)`; gives `[{ id, displayName, type }]`.',
  "async function fetchSchema(apiKey, tableId) {\n  return [{ id: 'title', displayName: 'Title', type: 'text' }];\n}",
);
export const POLL_RECORDS = source(
  'Called with `(apiKey, tableId)`; gives a page of records, or is an async generator of pages. ' +
    'Where the table has a mapping a page is what the remote said, else `[{ id, fields }]`.',
  'async function pollRecords(apiKey, [table]) {\n  const response = await fetch(`https://api.example.com/${table}`);\n  return response.json();\n}',
);
export const GET_RECORD = source(
  'Called with `(recordId, apiKey, tableId)`; gives the record, or null where there is none.',
  'async function getRecord(id, apiKey, [table]) {\n  const response = await fetch(`https://api.example.com/${table}/${id}`);\n  return response.status === 404 ? null : response.json();\n}',
);
export const CREATE_RECORD = source(
  'Called with `(recordData, apiKey, tableId)`; gives `{ id }` or the id.',
  "async function createRecord(data, apiKey, [table]) {\n  const response = await fetch(`https://api.example.com/${table}`, {\n    method: 'POST',\n    headers: { 'Content-Type': 'application/json' },\n    body: JSON.stringify(data),\n  });\n  return response.json();\n}",
);
export const UPDATE_RECORD = source(
  'Called with `(recordId, recordData, apiKey, tableId)`, only the changed fields in `recordData`.',
  "async function updateRecord(id, data, apiKey, [table]) {\n  await fetch(`https://api.example.com/${table}/${id}`, {\n    method: 'PATCH',\n    headers: { 'Content-Type': 'application/json' },\n    body: JSON.stringify(data),\n  });\n}",
);
export const DELETE_RECORD = source(
  'Called with `(recordId, apiKey, tableId)`.',
  "async function deleteRecord(id, apiKey, [table]) {\n  await fetch(`https://api.example.com/${table}/${id}`, { method: 'DELETE' });\n}",
);
