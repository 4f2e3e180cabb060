import { ImportFault } from '../import.types.js';
import { chooseServer, type ServerChoice } from './choose-server.js';

const servers = (...urls: string[]) => ({
  openapi: '3.0.0',
  servers: urls.map((url) => ({ url })),
});

function chosen(document: object, more: Partial<ServerChoice> = {}): string {
  try {
    const { baseUrl, allowedHost } = chooseServer({
      document: { ...document },
      others: [],
      ...more,
    });
    return `${baseUrl} ${allowedHost}`;
  } catch (error) {
    if (error instanceof ImportFault) return `${error.fault.pointer ?? ''} ${error.fault.detail}`;
    throw error;
  }
}

describe('chooseServer', () => {
  it.each<[object, Partial<ServerChoice>, string]>([
    [servers('https://a.example/v1/', 'https://b.example'), {}, 'https://a.example/v1 a.example'],
    [servers('http://a.example'), {}, 'http://a.example http://a.example'],
    [servers('http://127.0.0.1:8080/x'), {}, 'http://127.0.0.1:8080/x 127.0.0.1:8080'],
    [
      servers('https://a.example', 'https://b.example/v2'),
      { server: 'https://b.example/v2' },
      'https://b.example/v2 b.example',
    ],
    [
      servers('https://a.example'),
      { server: 'https://own.example/api' },
      'https://own.example/api own.example',
    ],
    [
      servers('/v1'),
      { url: 'https://a.example/docs/openapi.json' },
      'https://a.example/v1 a.example',
    ],
    [
      servers('../v1'),
      { url: 'https://a.example/docs/x/openapi.json' },
      'https://a.example/docs/v1 a.example',
    ],
    [servers('/v1'), { server: 'https://a.example' }, 'https://a.example/v1 a.example'],
    [servers('/v1'), { server: 'https://a.example/v2' }, 'https://a.example/v2 a.example'],
    [
      {
        openapi: '3.0.0',
        servers: [
          {
            url: 'https://{r}.a.example:{port}/',
            variables: { r: { default: 'eu' }, port: { enum: ['8443'] } },
          },
        ],
      },
      {},
      'https://eu.a.example:8443 eu.a.example:8443',
    ],
    [
      { openapi: '3.0.0' },
      { others: [[{ url: 'https://own.example' }]] },
      'https://own.example own.example',
    ],
    [
      { swagger: '2.0', host: 'a.example', basePath: '/v1', schemes: ['http', 'https'] },
      {},
      'https://a.example/v1 a.example',
    ],
    [
      { swagger: '2.0', host: 'a.example', schemes: ['http'] },
      {},
      'http://a.example http://a.example',
    ],
    [
      { swagger: '2.0', basePath: '/v1' },
      { url: 'https://a.example/x' },
      'https://a.example/v1 a.example',
    ],
  ])('of %j, asked for by %j, is %s', (document, more, expected) => {
    expect(chosen(document, more)).toBe(expected);
  });

  it.each<[object, Partial<ServerChoice>, RegExp]>([
    [{ openapi: '3.0.0' }, {}, /^\/server is required/],
    [servers('/v1'), {}, /^\/server is required as an absolute URL/],
    [servers('https://{x}.example'), {}, /variables without a default/],
    [servers('ftp://a.example'), {}, /not an http or https URL/],
    [servers('https://me:secret@a.example'), {}, /user name/],
    [servers('https://a.example/?x=1'), {}, /query/],
    [servers('https://a.example'), { server: 'not a url' }, /^\/server/],
  ])('of %j is a fault', (document, more, expected) => {
    expect(chosen(document, more)).toMatch(expected);
  });
});
