import { body, inPath, inQuery, list, ok, ref } from './parts.fixture.js';

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
