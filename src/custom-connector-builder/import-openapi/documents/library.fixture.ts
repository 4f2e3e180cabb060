import { body, inPath, inQuery, list, ok, ref } from './parts.fixture.js';

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
