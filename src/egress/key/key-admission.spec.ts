import { parseAllowedHost } from '../allowed-hosts.js';
import type { AllowedHost } from '../egress.types.js';
import { KeyAdmission } from './key-admission.js';

function hosts(...texts: string[]): KeyAdmission {
  return KeyAdmission.toHosts(texts.map((text) => parseAllowedHost(text) as AllowedHost));
}

function refusal(admission: KeyAdmission, url: string): string | undefined {
  return admission.refusal(new URL(url));
}

describe('KeyAdmission.toHosts', () => {
  it.each([
    ['api.example.com', 'https://api.example.com/x'],
    ['*.example.com', 'https://a.b.example.com/'],
    ['api.example.com:8443', 'https://api.example.com:8443/'],
    ['api.example.com:8443', 'http://api.example.com:8443/'],
    ['api.example.com:80', 'http://api.example.com/'],
    ['http://api.example.com', 'http://api.example.com/'],
    ['https://api.example.com', 'https://api.example.com/'],
  ])('with %s admits %s', (entry, url) => {
    expect(refusal(hosts(entry), url)).toBeUndefined();
  });

  it.each([
    ['api.example.com', 'https://example.com/', 'example.com'],
    ['api.example.com', 'https://api.example.com:8443/', 'api.example.com:8443'],
    ['api.example.com', 'http://api.example.com/', 'http://api.example.com'],
    ['*.example.com', 'http://a.example.com/', 'a.example.com:80'],
    ['https://api.example.com', 'http://api.example.com/', 'http://api.example.com'],
    ['api.example.com', 'http://other.example:8080/', 'other.example:8080'],
  ])('with %s refuses %s, and names %s', (entry, url, named) => {
    const message = refusal(hosts(entry), url);
    expect(message).toContain('allowedHosts');
    expect(message).toContain('carries the API key');
    expect(message).toContain(`add ${named}`.replace('a.example.com:80', 'http://a.example.com'));
  });

  it('takes the entry that names http, also where another one comes first', () => {
    const admission = hosts('api.example.com', 'http://api.example.com');
    expect(refusal(admission, 'http://api.example.com/')).toBeUndefined();
    expect(refusal(admission, 'https://api.example.com/')).toBeUndefined();
  });

  it('names an entry that admits', () => {
    for (const url of ['https://a.example/', 'http://a.example/', 'http://[::1]:81/']) {
      const entry = /add (\S+)/.exec(refusal(hosts(), url) ?? '')?.[1] ?? '';
      expect(refusal(hosts(entry), url)).toBeUndefined();
    }
  });
});

describe('KeyAdmission.toOrigins', () => {
  const admission = KeyAdmission.toOrigins([
    'https://api.example.com',
    'https://dot.example.:443/x',
    'http://127.0.0.1:8080',
    'no URL',
  ]);

  it.each([
    'https://api.example.com/x?y',
    'https://API.example.com:443/',
    'https://api.example.com./',
    'https://dot.example/',
    'http://127.0.0.1:8080/',
  ])('admits %s', (url) => {
    expect(refusal(admission, url)).toBeUndefined();
  });

  it.each([
    'http://api.example.com/',
    'https://api.example.com:8443/',
    'https://www.api.example.com/',
    'http://127.0.0.1/',
    'https://127.0.0.1:8080/',
  ])('refuses %s', (url) => {
    expect(refusal(admission, url)).toContain('allowedHosts');
  });
});

describe('KeyAdmission.toNone', () => {
  it('refuses everything', () => {
    expect(refusal(KeyAdmission.toNone(), 'https://api.example.com/')).toBe(
      'the request to api.example.com carries the API key, which goes to allowedHosts only; add api.example.com there to allow it',
    );
  });
});
