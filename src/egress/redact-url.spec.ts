import { looksLikeCredential, redactUrl } from './redact-url.js';

describe('redactUrl', () => {
  it.each([
    ['https://user:pw@a.example/x#f', 'https://a.example/x'],
    ['https://a.example/?page=2&q=a+b%20c', 'https://a.example/?page=2&q=a+b%20c'],
    ['https://a.example/?api_key=x&page=2', 'https://a.example/?api_key=***&page=2'],
    ['https://a.example/?%61pikey=x&flag', 'https://a.example/?%61pikey=***&flag'],
    ['https://a.example/?token=x&token=y', 'https://a.example/?token=***&token=***'],
    ['https://a.example/?%E0%A4%A=x', 'https://a.example/?%E0%A4%A=x'],
    ['nonsense', '(not a URL)'],
  ])('writes %s as %s', (url, expected) => {
    expect(redactUrl(url)).toBe(expected);
  });

  it('cuts what is long', () => {
    expect(redactUrl(`https://a.example/${'x'.repeat(5000)}`)).toHaveLength(2049);
  });
});

describe('looksLikeCredential', () => {
  it.each([
    'key',
    'apiKey',
    'access_token',
    'client_secret',
    'password',
    'X-Amz-Signature',
    'sig',
    'auth',
    'Authorization',
    'oauth_nonce',
    'jwt',
    'sid',
  ])('holds for %s', (name) => {
    expect(looksLikeCredential(name)).toBe(true);
  });

  it.each(['page', 'limit', 'q', 'keyword', 'author', 'author_id', 'inside', 'country_code'])(
    'does not hold for %s',
    (name) => {
      expect(looksLikeCredential(name)).toBe(false);
    },
  );
});
