import type { ApiPropertyOptions } from '@nestjs/swagger';

/** The descriptions of what a trial takes, as the API docs show them. */

export const TRACE = {
  type: 'boolean' as const,
  default: false,
  description:
    'With `true` the answer is `{ result, trace }`: beside the result what the run asked for, logged and came ' +
    'to. A problem then has a member `trace` as well.',
};

export const FUNCTION: ApiPropertyOptions = {
  type: 'string',
  maxLength: 262_144,
  description: 'JavaScript source that defines the function, as a connector would keep it.',
  example: 'async function listTables(apiKey) { return [{ id: ["a"], displayName: "A" }]; }',
};

export const API_KEY: ApiPropertyOptions = {
  type: 'string',
  nullable: true,
  maxLength: 16_384,
  description:
    'The key for this one run. The code gets a stand-in for it. It goes to `allowedHosts`, and where there are ' +
    'none to the addresses that stand in the source. Without it, or as the mask that was read, the connector’s.',
};

export const CONNECTOR_ID: ApiPropertyOptions = {
  type: 'string',
  nullable: true,
  description:
    'A connector whose key, hosts and mappings serve where this body has none. Its key goes to its own ' +
    '`allowedHosts` alone.',
  example: 'cuc_7bR2mXq9Lz',
};

export const ALLOWED_HOSTS: ApiPropertyOptions = {
  type: 'array',
  nullable: true,
  items: { type: 'string' },
  maxItems: 200,
  description: 'The hosts that the code may call. Not together with a connector’s key.',
  example: ['api.example.com'],
};

export const TABLE_ID: ApiPropertyOptions = {
  description: 'The id of the table: its parts, or its `wsId`.',
  oneOf: [
    { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1, maxItems: 100 },
    { type: 'string', minLength: 1 },
  ],
  example: ['products'],
};

export const RECORD_ID: ApiPropertyOptions = {
  type: 'string',
  minLength: 1,
  maxLength: 4_096,
  description: 'The id of the record.',
  example: '17',
};

export const RECORD_DATA: ApiPropertyOptions = {
  type: 'object',
  additionalProperties: true,
  description: 'The values by field name; for an update only the changed ones.',
  example: { title: 'Lamp', price: 49.5 },
};

/** The answer of a trial. */
export const RESULT_SCHEMA = {
  description:
    'What the function gave, as JSON; `undefined` is `null`. Of a generator: the array of its pages. With ' +
    '`?trace=true`: `{ result, trace }`.',
};
