import type { ApiPropertyOptions } from '@nestjs/swagger';
import { PG_TYPES } from '../mapping/mapping.types.js';

/** The descriptions of a connector's fields, as the API docs show them for requests and answers. */

const MAPPING_SCHEMA = {
  type: 'object' as const,
  required: ['recordArrayPath', 'fields'],
  additionalProperties: false,
  properties: {
    recordArrayPath: {
      type: 'string' as const,
      description:
        'Where the records are: a dotted path (`data.items`, empty for the root), or JSONPath ' +
        '(RFC 9535) where it begins with `$`. An array gives its elements, an object its values.',
    },
    idPath: {
      description:
        'Where in a record its id is (default `id`; `@key` is the key in an object of records). ' +
        'An array of paths gives a joined id.',
      oneOf: [
        { type: 'string' as const },
        { type: 'array' as const, items: { type: 'string' as const }, minItems: 1 },
      ],
    },
    fields: {
      type: 'array' as const,
      description: 'The fields of a record; their names are the columns.',
      items: {
        type: 'object' as const,
        required: ['path', 'type', 'name'],
        additionalProperties: false,
        properties: {
          path: { type: 'string' as const, description: 'Where in a record the value is.' },
          type: { type: 'string' as const, enum: [...PG_TYPES], description: 'What it becomes.' },
          name: { type: 'string' as const, description: 'The field’s name, unique here.' },
        },
      },
    },
  },
};

const MAPPING_EXAMPLE = {
  recordArrayPath: 'data',
  idPath: 'id',
  fields: [
    { path: 'title', type: 'text', name: 'Title' },
    { path: 'price.amount', type: 'numeric', name: 'Price' },
  ],
};

export const NAME: ApiPropertyOptions = {
  type: 'string',
  minLength: 1,
  maxLength: 255,
  description: 'What the connector is called.',
  example: 'Shop',
};

export const PROMPT: ApiPropertyOptions = {
  type: 'string',
  nullable: true,
  maxLength: 20_000,
  description: 'What was asked for when the functions were written.',
  example: 'Products and orders of our shop',
};

export const API_KEY: ApiPropertyOptions = {
  type: 'string',
  nullable: true,
  maxLength: 16_384,
  description:
    'The key of the remote API, encrypted at rest. It is read back as a mask: `••••`, and for keys ' +
    'of 12 and more characters their last 4. A PUT with that same mask leaves it as it is. The functions ' +
    'get a random stand-in for it, and the service puts it in on the way to `allowedHosts`.',
  example: 'sk_live_8f2b1c9d7e',
};

export const API_KEY_MASK: ApiPropertyOptions = {
  type: 'string',
  nullable: true,
  description: 'The mask of the stored key, or null where there is none.',
  example: '••••9d7e',
};

export const ALLOWED_HOSTS: ApiPropertyOptions = {
  type: 'array',
  nullable: true,
  maxItems: 200,
  items: { type: 'string' },
  description:
    'The hosts that the functions may call: `host` (ports 80 and 443), `host:port`, or ' +
    '`*.example.com` (any depth below, not the name itself). Empty: any public host; the key then goes to the exact ' +
    'origins that the source names as literals. Over plain http the key goes only where an entry names ' +
    '`http://` or a port.',
  example: ['api.example.com'],
};

export const EXPOSE_API_KEY: ApiPropertyOptions = {
  type: 'boolean',
  nullable: true,
  default: false,
  description:
    'Whether the functions get the key itself and not a stand-in, as for signatures; true needs `allowedHosts`.',
};

export const TABLES: ApiPropertyOptions = {
  type: 'array',
  nullable: true,
  maxItems: 10_000,
  items: { type: 'string' },
  description:
    'The ids of the tables, used where there is no `listTables`: the parts of an id joined by `:`, ' +
    'with `%` and `:` inside a part written as `%25` and `%3A`.',
  example: ['products', 'orders'],
};

export const SCHEMA: ApiPropertyOptions = {
  type: 'array',
  nullable: true,
  maxItems: 2000,
  description: 'The columns of the tables, used where there is no `fetchSchema`.',
  items: {
    type: 'object',
    required: ['id', 'displayName', 'type'],
    additionalProperties: false,
    properties: {
      id: { type: 'string', description: 'The id of the column.' },
      displayName: { type: 'string', description: 'What the column is called.' },
      type: { type: 'string', enum: [...PG_TYPES], description: 'What its values are.' },
    },
  },
  example: [{ id: 'title', displayName: 'Title', type: 'text' }],
};

export const MAPPING: ApiPropertyOptions = {
  ...MAPPING_SCHEMA,
  nullable: true,
  description:
    'Where the records and their fields are, for every table without a mapping of its own.',
  example: MAPPING_EXAMPLE,
};

export const TABLE_MAPPINGS: ApiPropertyOptions = {
  type: 'object',
  nullable: true,
  additionalProperties: MAPPING_SCHEMA,
  description: 'The mappings of single tables, by table id.',
  example: { orders: MAPPING_EXAMPLE },
};

const SCHEMA_OR_SAMPLE = [
  { type: 'object', additionalProperties: true },
  { type: 'array', items: {} },
  { type: 'null' },
];

const EXPECTED_RESPONSE =
  'a JSON Schema (draft 2020-12, an object), or a sample of a response (an array). ' +
  'How responses compare is told by the run.';

export const POLL_RECORDS_RESPONSE = {
  oneOf: SCHEMA_OR_SAMPLE,
  description: `What pollRecords is expected to get from the remote: ${EXPECTED_RESPONSE}`,
  example: [{ id: 1, title: 'Lamp', price: { amount: 49.5 } }],
} as ApiPropertyOptions;

export const GET_RECORD_RESPONSE = {
  oneOf: SCHEMA_OR_SAMPLE,
  description: `What getRecord is expected to get from the remote: ${EXPECTED_RESPONSE}`,
  example: { type: 'object', required: ['id', 'title'] },
} as ApiPropertyOptions;

export const ID: ApiPropertyOptions = {
  type: 'string',
  description: 'The id of the connector.',
  example: 'cuc_7bR2mXq9Lz',
};
export const CREATED_AT: ApiPropertyOptions = {
  type: 'string',
  format: 'date-time',
  description: 'When it was made.',
};
export const UPDATED_AT: ApiPropertyOptions = {
  type: 'string',
  format: 'date-time',
  description: 'When it was last changed.',
};
export const VERSION: ApiPropertyOptions = {
  type: 'integer',
  minimum: 1,
  description: 'Counts up by one with each change.',
  example: 1,
};

/** What a PUT takes and ignores, so that what GET gave can be sent back. */
export const READ_BACK = { readOnly: true };
