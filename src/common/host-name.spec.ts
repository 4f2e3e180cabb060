import { normalizeHost, parseAuthority, portOf } from './host-name.js';

describe('normalizeHost', () => {
  it.each([
    ['Example.COM', 'example.com'],
    ['example.com.', 'example.com'],
    ['bücher.de', 'xn--bcher-kva.de'],
    ['ｅｘａｍｐｌｅ。com', 'example.com'],
    ['x_y.example', 'x_y.example'],
    ['0x7f.1', '127.0.0.1'],
    ['[0:0::1]', '::1'],
    ['0:0::1', '::1'],
    ['::ffff:127.0.0.1', '::ffff:7f00:1'],
  ])('writes %s as %s', (text, expected) => {
    expect(normalizeHost(text)).toBe(expected);
  });

  it.each(['', '.', 'a..b', 'example.com..', '127.0.0.1..', 'a b', 'a/b', 'a@b', 'a%41', 'a:80'])(
    'takes %j for no host',
    (text) => {
      expect(normalizeHost(text)).toBeUndefined();
    },
  );
});

describe('parseAuthority', () => {
  it('tells a port from an IPv6 address', () => {
    expect(parseAuthority('::1')).toEqual({ host: '::1' });
    expect(parseAuthority('[::1]:80')).toEqual({ host: '::1', port: 80 });
    expect(parseAuthority('a:80')).toEqual({ host: 'a', port: 80 });
    expect(parseAuthority('::1:x')).toContain('brackets');
  });
});

describe('portOf', () => {
  it.each([
    ['http://a/', 80],
    ['https://a/', 443],
    ['https://a:80/', 80],
  ])('of %s is %d', (url, port) => {
    expect(portOf(new URL(url))).toBe(port);
  });
});
