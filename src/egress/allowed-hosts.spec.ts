import fc from 'fast-check';
import { findAllowedHost, matchesAllowedHost, parseAllowedHost } from './allowed-hosts.js';
import type { AllowedHost } from './egress.types.js';

function entries(...texts: string[]): AllowedHost[] {
  return texts.map((text) => {
    const entry = parseAllowedHost(text);
    if (typeof entry === 'string') throw new TypeError(`${text} ${entry}`);
    return entry;
  });
}

function matches(entry: string, url: string): boolean {
  return matchesAllowedHost(entries(entry), new URL(url));
}

describe('parseAllowedHost', () => {
  it.each([
    ['API.Example.com.', { host: 'api.example.com', wildcard: false }],
    ['api.example.com:8443', { host: 'api.example.com', port: 8443, wildcard: false }],
    ['bücher.de', { host: 'xn--bcher-kva.de', wildcard: false }],
    ['ＥＸＡＭＰＬＥ.com', { host: 'example.com', wildcard: false }],
    ['*.Example.com', { host: 'example.com', wildcard: true }],
    ['*.example.co.uk:81', { host: 'example.co.uk', port: 81, wildcard: true }],
    ['*.me.github.io', { host: 'me.github.io', wildcard: true }],
    ['HTTP://localhost:80', { host: 'localhost', port: 80, scheme: 'http', wildcard: false }],
    ['https://*.example.com', { host: 'example.com', scheme: 'https', wildcard: true }],
    ['127.0.0.1:3000', { host: '127.0.0.1', port: 3000, wildcard: false }],
    ['[::1]:80', { host: '::1', port: 80, wildcard: false }],
    ['[2606:4700:0::1111]', { host: '2606:4700::1111', wildcard: false }],
    ['::1', { host: '::1', wildcard: false }],
  ])('reads %s', (text, entry) => {
    expect(parseAllowedHost(text)).toEqual(entry);
  });

  it.each([
    '',
    '*',
    '*.com',
    '*.co.uk',
    '*.github.io',
    '*.compute.amazonaws.com',
    '*.ck',
    '*.foo.ck',
    '*.localhost',
    '*.10.0.0.1',
    '*.[::1]',
    'a.*.com',
    '*example.com',
    '*.*.example.com',
    'ftp://example.com',
    'https://',
    'https://https://example.com',
    'example.com/',
    'example.com/v1',
    'example.com?x',
    'example.com#x',
    'user@example.com',
    'user:password@example.com',
    ' example.com',
    'example.com ',
    'exa mple.com',
    'example.com\n',
    'exam\tple.com',
    'example.com\\x',
    'example%2ecom',
    'example.com:',
    'example.com:0',
    'example.com:70000',
    'example.com:443:443',
    '[::1',
    '[::1]x',
    '[example.com]',
    'example..com',
    '.example.com',
    `${'a'.repeat(64)}.com`,
    `${'a.'.repeat(130)}com`,
  ])('refuses %j', (text) => {
    expect(parseAllowedHost(text)).toMatch(/^(is|has) /);
  });

  it('never throws, and reads again what it wrote', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.domain()), (text) => {
        const entry = parseAllowedHost(text);
        if (typeof entry === 'string') return;
        const written = `${entry.wildcard ? '*.' : ''}${entry.host}`;
        expect(parseAllowedHost(written)).toEqual({ host: entry.host, wildcard: entry.wildcard });
      }),
    );
  });
});

describe('matchesAllowedHost', () => {
  it.each([
    ['example.com', 'https://example.com/x', true],
    ['example.com', 'http://EXAMPLE.com./x', true],
    ['example.com', 'http://example.com:443/', true],
    ['example.com', 'https://example.com:8443/', false],
    ['example.com', 'https://www.example.com/', false],
    ['example.com', 'https://example.com.evil.example/', false],
    ['example.com:8443', 'https://example.com:8443/', true],
    ['example.com:8443', 'http://example.com:8443/', true],
    ['example.com:8443', 'https://example.com/', false],
    ['*.example.com', 'https://a.example.com/', true],
    ['*.example.com', 'https://a.b.example.com/', true],
    ['*.example.com', 'https://example.com/', false],
    ['*.example.com', 'https://badexample.com/', false],
    ['*.example.com', 'https://a.example.com:81/', false],
    ['https://example.com', 'https://example.com/', true],
    ['https://example.com', 'http://example.com/', false],
    ['https://example.com', 'https://example.com:80/', false],
    ['http://example.com', 'http://example.com/', true],
    ['http://example.com', 'https://example.com/', false],
    ['http://example.com:81', 'http://example.com:81/', true],
    ['127.0.0.1:80', 'http://2130706433/', true],
    ['[::1]:80', 'http://[0:0::1]/', true],
    ['bücher.de', 'https://b%C3%BCcher.de/', true],
  ])('%s for %s: %s', (entry, url, expected) => {
    expect(matches(entry, url)).toBe(expected);
  });

  it('admits any host where there are no entries', () => {
    expect(matchesAllowedHost([], new URL('https://any.example/'))).toBe(true);
  });

  it('gives the entry that admits', () => {
    const found = findAllowedHost(
      entries('a.example', '*.b.example'),
      new URL('http://x.b.example'),
    );
    expect(found).toEqual({ host: 'b.example', wildcard: true });
  });
});
