/** Documents as people write them, each with something that the others don't have. */

const ok = (schema: object, headers: object = {}) => ({
  200: { description: 'OK', headers, content: { 'application/json': { schema } } },
});
const body = (schema: object, type = 'application/json') => ({
  required: true,
  content: { [type]: { schema } },
});
const inPath = (name: string, type = 'string') => ({
  ...{ name, in: 'path', required: true, schema: { type } },
});
const inQuery = (name: string, schema: object = { type: 'string' }, more: object = {}) => ({
  ...{ name, in: 'query', schema },
  ...more,
});
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const list = (schema: object) => ({ type: 'array', items: schema });

/** One table: pages with a total, a bearer token, nested fields, PUT, dates. */
export const SHOP = {
  openapi: '3.0.3',
  info: { title: 'Shop', version: '1' },
  servers: [
    {
      url: 'https://{region}.shop.example/{version}/',
      variables: { region: { default: 'eu' }, version: { enum: ['v2', 'v1'], default: 'v2' } },
    },
  ],
  security: [{ token: [] }],
  paths: {
    '/products': {
      get: {
        operationId: 'listProducts',
        parameters: [
          inQuery('page', { type: 'integer', default: 1 }),
          inQuery('per_page', { type: 'integer', minimum: 1, maximum: 200 }),
          inQuery('q'),
        ],
        responses: ok({
          type: 'object',
          properties: {
            data: list(ref('Product')),
            meta: {
              type: 'object',
              properties: { total_pages: { type: 'integer' }, total: { type: 'integer' } },
            },
          },
        }),
      },
      post: {
        operationId: 'createProduct',
        requestBody: body(ref('Product')),
        responses: {
          201: {
            description: 'Made',
            content: {
              'application/json': {
                schema: { type: 'object', properties: { data: ref('Product') } },
              },
            },
          },
        },
      },
    },
    '/products/{productId}': {
      parameters: [inPath('productId', 'integer')],
      get: {
        operationId: 'getProduct',
        responses: ok({ type: 'object', properties: { data: ref('Product') } }),
      },
      put: {
        operationId: 'replaceProduct',
        requestBody: body(ref('Product')),
        responses: ok(ref('Product')),
      },
      delete: { operationId: 'deleteProduct', responses: { 204: { description: 'Gone' } } },
    },
    '/login': {
      post: {
        operationId: 'logIn',
        security: [],
        requestBody: body({ type: 'object' }),
        responses: ok({ type: 'object' }),
      },
    },
    '/products/{productId}/image': {
      parameters: [inPath('productId', 'integer')],
      post: {
        operationId: 'uploadImage',
        requestBody: body({ type: 'object' }, 'multipart/form-data'),
        responses: ok({ type: 'object' }),
      },
    },
  },
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    schemas: {
      Product: {
        allOf: [
          {
            type: 'object',
            required: ['id'],
            properties: { id: { type: 'integer', format: 'int64', readOnly: true } },
          },
          {
            type: 'object',
            required: ['title'],
            properties: {
              title: { type: 'string' },
              price: {
                type: 'object',
                properties: {
                  amount: { type: 'number' },
                  currency: { type: 'string', enum: ['EUR', 'USD'] },
                },
              },
              tags: list({ type: 'string' }),
              available: { type: 'boolean', nullable: true },
              releasedOn: { type: 'string', format: 'date' },
              createdAt: { type: 'string', format: 'date-time', readOnly: true },
              category: ref('Category'),
              variants: list({ type: 'object', properties: { sku: { type: 'string' } } }),
            },
          },
        ],
      },
      Category: {
        type: 'object',
        properties: { id: { type: 'integer' }, parent: ref('Category') },
      },
    },
  },
};

/** Tables that lie in others, read by Link headers. */
export const CODE_HOST = {
  openapi: '3.1.0',
  info: { title: 'Code host', version: '1' },
  servers: [{ url: 'http://localhost:8080/api' }],
  paths: {
    '/orgs': { get: { responses: ok(list(ref('Org'))) } },
    '/orgs/{org}/repos': {
      parameters: [inPath('org')],
      get: {
        parameters: [
          inQuery('per_page', { type: 'integer', maximum: 100 }),
          inQuery('page', { type: 'integer' }),
        ],
        responses: ok(list(ref('Repo')), { Link: { schema: { type: 'string' } } }),
      },
      post: {
        requestBody: body({
          type: 'object',
          required: ['name'],
          properties: { name: { type: 'string' }, private: { type: 'boolean' } },
        }),
        responses: {
          201: { description: 'Made', headers: { Location: { schema: { type: 'string' } } } },
        },
      },
    },
    '/orgs/{org}/repos/{repo}': {
      parameters: [inPath('org'), inPath('repo')],
      get: { responses: ok(ref('Repo')) },
      patch: { requestBody: body(ref('Repo')), responses: ok(ref('Repo')) },
      delete: { responses: { 204: { description: 'Gone' } } },
    },
    '/users/{user}/keys': {
      get: { operationId: 'keys', parameters: [inPath('user')], responses: ok(list(ref('Org'))) },
    },
  },
  components: {
    schemas: {
      Org: {
        type: 'object',
        properties: { login: { type: 'string' }, name: { type: ['string', 'null'] } },
      },
      Repo: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          private: { type: 'boolean' },
          stars: { type: 'integer', readOnly: true },
          owner: { oneOf: [ref('Org'), { type: 'null' }] },
        },
      },
    },
  },
};

/** Swagger 2.0: a key in the query, cursors, a form, several tables that go different ways. */
export const LEDGER = {
  swagger: '2.0',
  info: { title: 'Ledger', version: '1' },
  ...{ host: 'ledger.example', basePath: '/v1', schemes: ['http', 'https'] },
  consumes: ['application/x-www-form-urlencoded'],
  produces: ['application/json'],
  securityDefinitions: { key: { type: 'apiKey', in: 'query', name: 'api_key' } },
  security: [{ key: [] }],
  paths: {
    '/charges': {
      get: {
        operationId: 'listCharges',
        parameters: [
          { name: 'starting_after', in: 'query', type: 'string' },
          {
            name: 'limit',
            in: 'query',
            type: 'integer',
            description: 'How many; 10 by default, at most 100 (100 max).',
          },
        ],
        responses: {
          200: {
            description: 'OK',
            schema: {
              type: 'object',
              required: ['object', 'data', 'has_more'],
              properties: {
                object: { type: 'string', enum: ['list'] },
                data: list({ $ref: '#/definitions/Charge' }),
                has_more: { type: 'boolean' },
              },
            },
          },
        },
      },
      post: {
        parameters: [
          { name: 'amount', in: 'formData', type: 'integer', required: true },
          { name: 'payment-method', in: 'formData', type: 'string' },
        ],
        responses: { 200: { description: 'OK', schema: { $ref: '#/definitions/Charge' } } },
      },
    },
    '/charges/{charge_id}': {
      parameters: [{ name: 'charge_id', in: 'path', type: 'string', required: true }],
      get: { responses: { 200: { description: 'OK', schema: { $ref: '#/definitions/Charge' } } } },
    },
    '/rates': {
      get: {
        security: [],
        parameters: [
          { name: 'base', in: 'query', type: 'string', required: true, enum: ['EUR', 'USD'] },
          { name: 'X-Version', in: 'header', type: 'string', required: true, default: '2' },
        ],
        responses: {
          200: {
            description: 'OK',
            schema: {
              type: 'object',
              additionalProperties: { type: 'object', properties: { rate: { type: 'number' } } },
            },
          },
        },
      },
    },
  },
  definitions: {
    Charge: {
      type: 'object',
      properties: {
        id: { type: 'string' },
        amount: { type: 'integer' },
        payment_method: { type: 'string' },
        created: { type: 'integer', format: 'unix-time' },
      },
    },
  },
};

/** JSON:API, several tables with writes that differ, basic credentials, open reads. */
export const LIBRARY = {
  openapi: '3.0.0',
  info: { title: 'Library', version: '1' },
  servers: [{ url: '/api' }, { url: 'https://library.example/api' }],
  security: [{ login: [] }],
  paths: {
    '/books': {
      get: {
        security: [],
        parameters: [
          inQuery('page[offset]', { type: 'integer' }),
          inQuery('page[limit]', { type: 'integer', maximum: 50 }),
        ],
        responses: {
          200: {
            description: 'OK',
            content: {
              'application/vnd.api+json': {
                schema: {
                  type: 'object',
                  properties: {
                    data: list(ref('Book')),
                    meta: { type: 'object', properties: { total: { type: 'integer' } } },
                  },
                },
              },
            },
          },
        },
      },
      post: {
        requestBody: body(ref('BookBody'), 'application/vnd.api+json'),
        responses: {
          201: { description: 'Made', headers: { Location: { schema: { type: 'string' } } } },
        },
      },
    },
    '/books/{bookId}': {
      parameters: [inPath('bookId')],
      get: { responses: ok({ type: 'object', properties: { data: ref('Book') } }) },
      patch: { requestBody: body(ref('BookBody'), 'application/vnd.api+json'), responses: ok({}) },
    },
    '/shelves': {
      get: {
        responses: ok({
          type: 'object',
          properties: { next: { type: 'string', nullable: true }, items: list(ref('Shelf')) },
        }),
      },
      post: {
        requestBody: body({ type: 'object', properties: { shelf: ref('Shelf') } }),
        responses: ok({ type: 'object', properties: { shelf: ref('Shelf') } }),
      },
    },
    '/shelf/{code}': {
      parameters: [inPath('code')],
      get: { responses: ok(ref('Shelf')) },
      put: { requestBody: body(ref('Shelf')), responses: ok(ref('Shelf')) },
    },
  },
  components: {
    securitySchemes: { login: { type: 'http', scheme: 'Basic' } },
    schemas: {
      Book: {
        type: 'object',
        properties: {
          id: { type: 'string' },
          type: { type: 'string' },
          attributes: ref('BookAttributes'),
        },
      },
      BookAttributes: {
        type: 'object',
        properties: {
          title: { type: 'string' },
          pages: { type: 'integer' },
          'a-b': { type: 'number' },
        },
      },
      BookBody: {
        type: 'object',
        required: ['data'],
        properties: {
          data: {
            type: 'object',
            required: ['type', 'id'],
            properties: {
              type: { type: 'string', enum: ['books'] },
              id: { type: 'string' },
              attributes: ref('BookAttributes'),
            },
          },
        },
      },
      Shelf: {
        type: 'object',
        properties: {
          code: { type: 'string' },
          room: { type: 'string' },
          secret: { type: 'string', writeOnly: true },
        },
      },
    },
  },
};
