import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { ask, closeAll, serve, startSession } from './session.fixture.js';

afterEach(closeAll);

const bad = { code: 'remote.bad_response' };

describe('EgressSession reads responses', () => {
  const text = 'x'.repeat(10_000);

  it.each([
    ['gzip', gzipSync(text)],
    ['X-Gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['br', brotliCompressSync(text)],
    ['identity', Buffer.from(text)],
  ])('undoes %s', async (coding, body) => {
    const server = await serve((response) => {
      response.writeHead(200, { 'Content-Encoding': coding, 'Content-Length': body.length });
      response.end(body);
    });
    const session = startSession();
    const answer = await ask(session, server.url);
    expect(answer.text).toBe(text);
    expect(session.bytes).toBe(10_000);
    const described = answer.headers.some(([name]) => name === 'Content-Length');
    expect(described).toBe(coding === 'identity');
  });

  it('undoes one layer alone', async () => {
    const body = gzipSync(gzipSync(text));
    const server = await serve((response) =>
      response.writeHead(200, { 'content-encoding': 'gzip, gzip' }).end(body),
    );
    const answer = await ask(startSession(), server.url);
    expect(Buffer.from(answer.body)).toEqual(body);
    expect(answer.headers).toContainEqual(['content-encoding', 'gzip, gzip']);
  });

  it('takes no body for no body, whatever coding is named', async () => {
    const server = await serve((response) =>
      response.writeHead(204, { 'content-encoding': 'gzip' }).end(),
    );
    const session = startSession();
    await expect(ask(session, server.url)).resolves.toMatchObject({ status: 204, text: '' });
    const head = ask(session, server.url, { method: 'HEAD' });
    await expect(head).resolves.toMatchObject({ status: 204, text: '' });
  });

  it.each([
    ['cut gzip', 'gzip', gzipSync(text).subarray(0, -12)],
    ['cut br', 'br', brotliCompressSync(text).subarray(0, -3)],
    ['what is no gzip', 'gzip', Buffer.from('{"plain":true}')],
    ['what is no br', 'br', Buffer.alloc(100, 0xff)],
    ['what is no deflate', 'deflate', Buffer.alloc(100, 0xff)],
  ])('calls %s a bad response, once', async (_what, coding, body) => {
    const server = await serve((response) =>
      response.writeHead(200, { 'content-encoding': coding }).end(body),
    );
    const session = startSession();
    await expect(ask(session, server.url)).rejects.toMatchObject(bad);
    expect(server.hits).toHaveLength(1);
    expect(session.requests[0]).toMatchObject({ status: 200, error: 'remote.bad_response' });
  });

  it('takes a response that is exactly as large as the limit', async () => {
    const server = await serve((response) => response.end('x'.repeat(1000)));
    const exact = startSession({ maxResponseBytes: 1000 });
    await expect(ask(exact, server.url)).resolves.toMatchObject({ status: 200 });
    const short = startSession({ maxResponseBytes: 999 });
    await expect(ask(short, server.url)).rejects.toMatchObject({ code: 'run.response' });
  });

  it('ends the wait for a head, and for an address, at the deadline', async () => {
    const server = await serve(() => undefined);
    const never = () => new Promise<never>(() => undefined);
    const session = startSession({ lookup: never });
    for (const url of [server.url, 'http://slow.example/']) {
      const asked = ask(session, url, { signal: AbortSignal.timeout(50) });
      await expect(asked).rejects.toMatchObject({ code: 'remote.timeout' });
    }
  });
});
