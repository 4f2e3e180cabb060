import { list } from './parts.fixture.js';

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
