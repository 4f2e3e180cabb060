import { readSecurity } from './read-security.js';
import { References } from './references.js';

const references = new References({
  openapi: '3.0.0',
  components: {
    securitySchemes: {
      bearer: { type: 'http', scheme: 'Bearer' },
      basic: { type: 'http', scheme: 'basic' },
      digest: { type: 'http', scheme: 'digest' },
      oauth: { type: 'oauth2', flows: {} },
      openId: { type: 'openIdConnect' },
      header: { type: 'apiKey', in: 'header', name: 'X-Key' },
      query: { type: 'apiKey', in: 'query', name: 'api key' },
      cookie: { type: 'apiKey', in: 'cookie', name: 'sid' },
      split: { type: 'apiKey', in: 'header', name: 'X-Key\r\nHost: evil' },
      host: { type: 'apiKey', in: 'header', name: 'Host' },
      tls: { type: 'mutualTLS' },
    },
  },
});

describe('readSecurity', () => {
  it.each<[object[], unknown[]]>([
    [[], [undefined]],
    [[{}], [undefined]],
    [[{ bearer: [] }], [{ kind: 'bearer' }]],
    [[{ oauth: ['read'] }], [{ kind: 'bearer' }]],
    [[{ openId: [] }], [{ kind: 'bearer' }]],
    [[{ basic: [] }], [{ kind: 'basic' }]],
    [[{ header: [] }], [{ kind: 'header', name: 'X-Key' }]],
    [[{ query: [] }], [{ kind: 'query', name: 'api key' }]],
    [[{ cookie: [] }], [{ kind: 'cookie', name: 'sid' }]],
    [
      [{}, { bearer: [] }],
      [{ kind: 'bearer' }, undefined],
    ],
    [[{ header: [], query: [] }, { tls: [] }, { basic: [] }], [{ kind: 'basic' }]],
  ])('of %j is %j', (security, ways) => {
    expect(readSecurity(references, security)).toEqual(ways);
  });

  it.each<[object[], string]>([
    [[{ tls: [] }], 'needs the credential tls'],
    [[{ digest: [] }], 'needs the credential digest'],
    [[{ split: [] }], 'needs the credential split'],
    [[{ host: [] }], 'needs the credential host'],
    [[{ unknown: [] }], 'needs the credential unknown'],
    [[{ header: [], query: [] }], 'needs 2 keys at once (header, query)'],
  ])('of %j works with no key', (security, reason) => {
    expect(() => readSecurity(references, security)).toThrow(reason);
  });
});
