import { checkRequest } from './check-request.js';
import type { EgressRequest } from './egress.types.js';

function check(request: Partial<EgressRequest>) {
  const usual = { method: 'GET', url: 'https://a.example/', headers: [] };
  return checkRequest({ ...usual, redirect: 'follow', ...request });
}

function thrownBy(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

describe('checkRequest', () => {
  it('writes a request in one form', () => {
    expect(
      check({ method: 'get', url: 'HTTP://A.Example.:80/x?y=1#z', headers: [['X-A', ' b\t']] }),
    ).toMatchObject({
      method: 'GET',
      url: 'http://a.example/x?y=1',
      headers: [['X-A', 'b']],
      host: 'a.example',
    });
  });

  it.each(['ftp://a.example/', 'file:///etc/passwd', 'data:,x', 'ws://a.example/', 'blob:x'])(
    'refuses the scheme of %s',
    (url) => {
      expect(thrownBy(() => check({ url }))).toMatchObject({ code: 'remote.refused' });
    },
  );

  it.each([
    '/relative',
    'http://',
    'http://a..example/',
    'http://127.0.0.1../',
    'http://a*b.example/',
    'http://a.example:0/',
    'http://a.example:99999/',
    'http://user@a.example/',
    'http://:secret@a.example/',
    `http://a.example/${'x'.repeat(17_000)}`,
  ])('refuses the URL %s', (url) => {
    expect(thrownBy(() => check({ url }))).toMatchObject({ code: 'remote.bad_request' });
  });

  it('keeps a password out of the message', () => {
    expect(() => check({ url: 'http://user:hunter2@a.example/' })).not.toThrow('hunter2');
  });

  it.each(['CONNECT', 'connect', 'TRACE', 'Track', '', 'GE T', 'GET\r\n', 'GÉT'])(
    'refuses the method %j',
    (method) => {
      expect(thrownBy(() => check({ method }))).toMatchObject({ code: 'remote.bad_request' });
    },
  );

  it('keeps a method that is not a standard one as it is', () => {
    expect(check({ method: 'propFind' }).method).toBe('propFind');
  });

  it.each([
    'Host',
    'connection',
    'Content-Length',
    'TRANSFER-ENCODING',
    'Upgrade',
    'TE',
    'Trailer',
    'Keep-Alive',
    'Expect',
    'Forwarded',
    'Proxy-Authorization',
    'proxy-connection',
    'X-Forwarded-For',
    'x-forwarded-host',
  ])('refuses to set %s, and names it', (name) => {
    expect(thrownBy(() => check({ headers: [[name, 'x']] }))).toMatchObject({
      code: 'remote.bad_request',
      message: `the header ${name.toLowerCase()} can't be set by connector code`,
    });
  });

  it.each([
    ['X A', 'b'],
    ['X:A', 'b'],
    ['', 'b'],
    ['X-Ä', 'b'],
    ['X-A\r\nHost', 'b'],
    ['X-A', 'hunter2\r\nHost: b'],
    ['X-A', 'hunter2\n b'],
    ['X-A', 'hunter2\0'],
    ['X-A', 'hunter2 €'],
  ])('refuses the header %j: %j, and does not repeat its value', (name, value) => {
    const refuse = () => check({ headers: [[name, value]] });
    expect(thrownBy(refuse)).toMatchObject({ code: 'remote.bad_request' });
    expect(refuse).not.toThrow('hunter2');
  });

  it('takes headers that repeat, are empty or hold Latin-1', () => {
    const headers: [string, string][] = [
      ['X-A', ''],
      ['X-A', 'é'],
    ];
    expect(check({ headers }).headers).toEqual(headers);
  });

  it('caps the headers by number and by size', () => {
    const many = Array.from({ length: 101 }, (): [string, string] => ['X-A', '1']);
    expect(() => check({ headers: many })).toThrow('more than 100 headers');
    expect(() => check({ headers: [['X-A', 'x'.repeat(33_000)]] })).toThrow(
      'more than 32768 bytes',
    );
  });
});
