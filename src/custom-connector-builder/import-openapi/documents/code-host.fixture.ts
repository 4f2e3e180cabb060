import { body, inPath, inQuery, list, ok, ref } from './parts.fixture.js';

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
