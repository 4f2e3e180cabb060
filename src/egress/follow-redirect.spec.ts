import { checkRequest } from './check-request.js';
import type { EgressRequest } from './egress.types.js';
import { followRedirect, isRedirect } from './follow-redirect.js';

const body = new TextEncoder().encode('{}');

function follow(status: number, location: string, request: Partial<EgressRequest> = {}) {
  const usual = { method: 'GET', url: 'https://a.example/x/y?z', headers: [] };
  const checked = checkRequest({ ...usual, redirect: 'follow', ...request });
  const answer = { statusText: '', url: checked.url, redirected: false, body: new Uint8Array() };
  return followRedirect(checked, { ...answer, status, headers: [['Location', location]] });
}

describe('isRedirect', () => {
  const request: EgressRequest = { method: 'GET', url: '', headers: [], redirect: 'follow' };

  it.each([301, 302, 303, 307, 308])('holds for %d with a Location', (status) => {
    expect(isRedirect(request, status, [['location', '/']])).toBe(true);
    expect(isRedirect(request, status, [])).toBe(false);
    expect(isRedirect({ ...request, redirect: 'error' }, status, [['location', '/']])).toBe(true);
    expect(isRedirect({ ...request, redirect: 'manual' }, status, [['location', '/']])).toBe(false);
  });

  it.each([200, 300, 304, 305, 404])('does not hold for %d', (status) => {
    expect(isRedirect(request, status, [['location', '/']])).toBe(false);
  });
});

describe('followRedirect', () => {
  it.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [301, 'PUT', 'PUT'],
    [302, 'DELETE', 'DELETE'],
    [307, 'POST', 'POST'],
    [308, 'PATCH', 'PATCH'],
  ])('after %d turns %s into %s', (status, method, expected) => {
    expect(follow(status, '/', { method }).method).toBe(expected);
  });

  it('drops the body and what describes it where a POST becomes a GET', () => {
    const headers: [string, string][] = [
      ['Content-Type', 'application/json'],
      ['X-A', 'b'],
    ];
    const sent = { method: 'POST', headers, body };
    expect(follow(303, '/', sent)).toEqual({
      method: 'GET',
      url: 'https://a.example/',
      headers: [['X-A', 'b']],
      redirect: 'follow',
    });
    expect(follow(307, '/', sent)).toMatchObject({ method: 'POST', headers, body });
  });

  it.each([
    ['next', 'https://a.example/x/next'],
    ['?q', 'https://a.example/x/y?q'],
    ['//b.example/', 'https://b.example/'],
    ['https://a.example./#f', 'https://a.example/'],
    [Buffer.from('/é').toString('latin1'), 'https://a.example/%C3%A9'],
  ])('resolves %s', (location, url) => {
    expect(follow(302, location).url).toBe(url);
  });

  it.each(['https://b.example/', 'https://a.example:8443/', 'https://www.a.example/'])(
    'keeps credentials from %s',
    (location) => {
      const headers = [
        'Authorization',
        'Cookie',
        'X-API-Key',
        'apikey',
        'X-Auth-Token',
        'Private-Token',
        'Ocp-Apim-Subscription-Key',
        'X-Session-Id',
        'X-Amz-Signature',
        'Accept',
        'Idempotency-Key',
      ].map((name): [string, string] => [name, 'x']);
      const left = follow(307, location, { headers }).headers.map(([name]) => name);
      expect(left).toEqual(['Accept', 'Idempotency-Key']);
      expect(follow(307, '/other', { headers }).headers).toEqual(headers);
    },
  );

  it.each([
    ['http://a.example/', 'remote.refused'],
    ['ftp://a.example/', 'remote.refused'],
    ['http://[', 'remote.bad_response'],
    ['https://user:hunter2@b.example/', 'remote.bad_response'],
  ])('refuses to go to %s', (location, code) => {
    expect.assertions(2);
    try {
      follow(302, location);
    } catch (error) {
      expect(error).toMatchObject({ code });
      expect(String(error)).not.toContain('hunter2');
    }
  });

  it('goes from http to https', () => {
    const { url } = follow(302, 'https://b.example/', { url: 'http://a.example/' });
    expect(url).toBe('https://b.example/');
  });

  it('is an error where the request rules redirects out', () => {
    expect(() => follow(302, '/', { redirect: 'error' })).toThrow('which the request rules out');
  });
});
