import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { brotliCompressSync, constants, createGzip, deflateSync, gzipSync } from 'node:zlib';
import { until } from '../common/until.fixture.js';
import { ask, closeAll, startSession } from './session.fixture.js';

const MB = 1024 * 1024;
const open = new Set<Socket>();
const servers: Server[] = [];
let hits = 0;

/** A server that says what it likes once a request has come; gives its URL. */
async function listen(speak: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
    socket.on('data', (bytes) => {
      if (!/^[A-Z]+ /.test(bytes.toString())) return;
      hits += 1;
      speak(socket);
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

beforeEach(() => {
  hits = 0;
});
afterEach(async () => {
  await closeAll();
  for (const socket of open) socket.destroy();
  await Promise.all(
    servers.splice(0).map((server) => {
      server.close();
      return once(server, 'close');
    }),
  );
});

/** Answers with these bytes, and ends the connection. */
const saying =
  (...parts: (string | Uint8Array)[]) =>
  (socket: Socket): void => {
    socket.end(Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array))));
  };

/** Says the same again and again, for as long as somebody listens. */
const repeating =
  (first: string, again: string, pauseMs = 0) =>
  (socket: Socket): void => {
    socket.write(first);
    const more = (): void => {
      if (socket.destroyed) return;
      if (socket.write(again)) setTimeout(more, pauseMs);
      else socket.once('drain', more);
    };
    more();
  };

async function failure(url: string, options: Parameters<typeof ask>[2] = {}) {
  const session = startSession({ maxResponseBytes: MB });
  const began = performance.now();
  const error: unknown = await ask(session, url, options).then(
    ({ status }) => ({ code: `answered with ${status}` }),
    (thrown: unknown) => thrown,
  );
  return { error, ms: performance.now() - began, session };
}

const OK = 'HTTP/1.1 200 OK\r\n';
const tooLarge = { code: 'run.response' };
const bad = { code: 'remote.bad_response' };
const broken = { code: 'remote.unreachable' };
const late = { code: 'remote.timeout' };

const zeros = Buffer.alloc(200 * MB);
const bombs: [coding: string, body: Buffer][] = [
  ['gzip', gzipSync(zeros)],
  ['deflate', deflateSync(zeros)],
  ['br', brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
];

describe('a bomb', () => {
  it.each(bombs)('of 200 MB in %s is refused, and takes no memory', async (coding, body) => {
    const url = await listen(saying(`${OK}content-encoding: ${coding}\r\n\r\n`, body));
    const { external } = process.memoryUsage();
    let most = external;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().external);
    }, 1);
    const { error, ms, session } = await failure(url);
    clearInterval(watch);
    expect(error).toMatchObject(tooLarge);
    expect(session.bytes).toBeLessThan(2 * MB);
    expect(most - external).toBeLessThan(32 * MB);
    expect(ms).toBeLessThan(5_000);
  });

  it('that never ends is refused as well', async () => {
    const url = await listen((socket) => {
      const gzip = createGzip();
      socket.write(`${OK}content-encoding: gzip\r\n\r\n`);
      gzip.pipe(socket);
      const more = (): void => {
        if (socket.destroyed) gzip.destroy();
        else gzip.write(Buffer.alloc(MB), more);
      };
      more();
    });
    expect((await failure(url)).error).toMatchObject(tooLarge);
  });

  it('within a bomb stays one', async () => {
    const body = gzipSync(bombs[0]?.[1] ?? '');
    for (const coding of ['gzip, gzip', 'gzip']) {
      const url = await listen(saying(`${OK}content-encoding: ${coding}\r\n\r\n`, body));
      const { error, session } = await failure(url);
      expect(error).toMatchObject({ code: 'answered with 200' });
      expect(session.bytes).toBeLessThan(MB);
    }
  });

  it('of plain zeros is refused', async () => {
    const url = await listen(repeating(`${OK}\r\n`, 'x'.repeat(65_536)));
    expect((await failure(url)).error).toMatchObject(tooLarge);
    const chunked = `${OK}transfer-encoding: chunked\r\n\r\n`;
    const chunks = await listen(repeating(chunked, `ffff\r\n${'x'.repeat(65_535)}\r\n`));
    expect((await failure(chunks)).error).toMatchObject(tooLarge);
  });
});

const halfGzip = Buffer.concat([
  Buffer.from(`${OK}content-encoding: gzip\r\n\r\n`),
  gzipSync('x'.repeat(100)).subarray(0, 12),
]);

describe('a server that ends the connection while its answer is being read', () => {
  it.each([20, 70, 200, 700])('takes nobody down with %d KB', async (kilobytes) => {
    const text = Buffer.alloc(kilobytes * 1024).map((_, index) => (index * index) % 251);
    for (const coding of ['gzip', 'identity']) {
      const body = coding === 'gzip' ? gzipSync(text, { level: 0 }) : text;
      const head = `${OK}connection: close\r\ncontent-encoding: ${coding}\r\n`;
      for (const length of ['', `content-length: ${body.length}\r\n`]) {
        const url = await listen(saying(head, length, '\r\n', body));
        const answer = await ask(startSession(), url);
        expect(Buffer.from(answer.body).equals(text)).toBe(true);
      }
    }
  });
});

describe('a deadline ends', () => {
  const deadlineMs = 300;
  it.each<[string, (socket: Socket) => void]>([
    ['a drip of a body', repeating(`${OK}\r\n`, '.', 50)],
    ['a drip of chunks', repeating(`${OK}transfer-encoding: chunked\r\n\r\n`, '1\r\n.\r\n', 50)],
    ['gzip that stops', (socket) => socket.write(halfGzip)],
    ['a drip of headers', repeating(OK, 'a: b\r\n', 50)],
    ['a drip of one header', repeating(`${OK}a: `, 'b', 50)],
    ['a drip of a status line', repeating('HTTP/1.1 200 ', 'O', 50)],
    ['silence', () => undefined],
    ['silence after the head', (socket) => socket.write(`${OK}content-length: 9\r\n\r\n`)],
    ['silence in the middle', (socket) => socket.write(`${OK}content-length: 9\r\n\r\nhalf`)],
    ['interim answers without end', repeating('', 'HTTP/1.1 103 Early Hints\r\n\r\n', 20)],
    ['a drip of an answer to be tried again', repeating('HTTP/1.1 503 No\r\n\r\n', '.', 50)],
  ])('%s', async (_what, speak) => {
    const url = await listen(speak);
    const { error, ms } = await failure(url, { signal: AbortSignal.timeout(deadlineMs) });
    expect(error).toMatchObject(late);
    expect(ms).toBeLessThan(deadlineMs + 1_000);
    expect(await until(() => open.size === 0)).toBe(true);
  });

  it('a drip at the end of its run', async () => {
    const url = await listen(repeating(`${OK}\r\n`, '.', 50));
    const run = new AbortController();
    const session = startSession({ signal: run.signal });
    const asked = expect(ask(session, url)).rejects.toMatchObject({ code: 'run.cancelled' });
    setTimeout(() => {
      run.abort();
    }, 100);
    await asked;
  });

  it('a chain of redirects, each of which takes its time', async () => {
    const url = await listen((socket) => {
      setTimeout(() => {
        saying('HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n')(socket);
      }, 150);
    });
    const { error } = await failure(url, { signal: AbortSignal.timeout(deadlineMs) });
    expect(error).toMatchObject(late);
    expect(hits).toBeLessThan(4);
  });
});

describe('an answer', () => {
  it.each<[string, object, string]>([
    ['that is garbage', bad, 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['of zeros', bad, '\0'.repeat(1_000)],
    ['of HTTP/2', bad, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['of HTTP/9', bad, 'HTTP/9.9 200 OK\r\n\r\n'],
    ['of a status that is none', bad, 'HTTP/1.1 abc OK\r\n\r\n'],
    ['of a status of four digits', bad, 'HTTP/1.1 2000 OK\r\n\r\n'],
    ['with a header that is none', bad, `${OK}no colon\r\n\r\n`],
    ['with a blank in a name', bad, `${OK}a b: c\r\n\r\n`],
    ['with NUL in a value', bad, `${OK}a: b\0c\r\n\r\n`],
    ['with a negative length', bad, `${OK}content-length: -1\r\n\r\n`],
    ['with a length that is none', bad, `${OK}content-length: x\r\n\r\n`],
    ['with two lengths', bad, `${OK}content-length: 2\r\ncontent-length: 3\r\n\r\nabc`],
    ['with a length beyond numbers', bad, `${OK}content-length: ${'9'.repeat(40)}\r\n\r\n`],
    [
      'with a length and chunks',
      bad,
      `${OK}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['with chunks of a size that is none', bad, `${OK}transfer-encoding: chunked\r\n\r\nxyz\r\n`],
    ['with chunks of a negative size', bad, `${OK}transfer-encoding: chunked\r\n\r\n-1\r\n`],
    [
      'with chunks beyond numbers',
      bad,
      `${OK}transfer-encoding: chunked\r\n\r\n${'f'.repeat(40)}\r\n`,
    ],
    [
      'with chunks longer than they say',
      bad,
      `${OK}transfer-encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n`,
    ],
    ['with headers without end', bad, `${OK}${'a: b\r\n'.repeat(20_000)}\r\n`],
    ['with a header without end', bad, `${OK}a: ${'b'.repeat(200_000)}\r\n\r\n`],
    ['with a redirect to nowhere', bad, 'HTTP/1.1 302 Found\r\nlocation: http://[\r\n\r\n'],
    ['with fewer bytes than it says', broken, `${OK}content-length: 100\r\n\r\nhalf`],
    ['with chunks that break off', broken, `${OK}transfer-encoding: chunked\r\n\r\n5\r\nab`],
    ['without its last chunk', broken, `${OK}transfer-encoding: chunked\r\n\r\n2\r\nab\r\n`],
    ['that is empty', broken, ''],
    ['that ends in its head', broken, `${OK}content-le`],
  ])('%s is refused', async (_what, expected, text) => {
    const url = await listen(saying(Buffer.from(text, 'latin1')));
    const { error, ms } = await failure(url);
    expect(error).toMatchObject({ name: 'EgressError', ...expected });
    expect(ms).toBeLessThan(5_000);
    // What may be tried again was, and nothing else.
    expect(hits).toBe(expected === broken ? 5 : 1);
  });

  it('with more bytes than it says is cut there', async () => {
    const url = await listen(saying(`${OK}content-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n`));
    await expect(ask(startSession(), url)).resolves.toMatchObject({ text: 'ok' });
  });

  it('of gzip that breaks off is a bad one', async () => {
    const body = gzipSync('x'.repeat(10_000)).subarray(0, -10);
    const url = await listen(saying(`${OK}content-encoding: gzip\r\n\r\n`, body));
    expect((await failure(url)).error).toMatchObject(bad);
  });

  it.each([
    ['at once', (socket: Socket) => socket.resetAndDestroy()],
    ['in the head', (socket: Socket) => socket.write(OK, () => socket.resetAndDestroy())],
    [
      'in the body',
      (socket: Socket) =>
        socket.write(`${OK}content-length: 9\r\n\r\nab`, () => socket.resetAndDestroy()),
    ],
  ])('that is reset %s breaks, for a POST without another try', async (_when, speak) => {
    const url = await listen(speak);
    expect((await failure(url)).error).toMatchObject(broken);
    expect(hits).toBe(5);
    expect((await failure(url, { method: 'POST' })).error).toMatchObject(broken);
    expect(hits).toBe(6);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('1994-11-06T08:49:00Z');
  it.each([
    ['3', [3_000]],
    ['0', [0]],
    ['Sun, 06 Nov 1994 08:49:37 GMT', [37_000]],
    ['Sunday, 06-Nov-94 08:49:37 GMT', [37_000]],
    ['Sun Nov  6 08:49:37 1994', [37_000]],
    ['Sun, 06 Nov 1994 08:00:00 GMT', [0]],
    // Nonsense is as good as nothing.
    ['-5', [375]],
    ['soon', [375]],
    ['', [375]],
    ['1e9', [375]],
    ['0x10', [375]],
    ['Infinity', [375]],
    ['NaN', [375]],
    ['Sun, 99 Nov 1994 08:49:37 GMT', [375]],
    // More than a request waits in all.
    ['61', undefined],
    ['99999999999999999999', undefined],
    ['9'.repeat(400), undefined],
    ['Fri, 31 Dec 9999 23:59:59 GMT', undefined],
  ])('of %j is understood', async (value, waits) => {
    const url = await listen((socket) => {
      const first = `HTTP/1.1 429 No\r\nretry-after: ${value}\r\ncontent-length: 0\r\n\r\n`;
      saying(hits === 1 ? first : `${OK}content-length: 0\r\n\r\n`)(socket);
    });
    const session = startSession({ now: () => now });
    if (waits) await expect(ask(session, url)).resolves.toMatchObject({ status: 200 });
    else await expect(ask(session, url)).rejects.toMatchObject({ code: 'remote.rate_limited' });
    expect(session.waits).toEqual(waits ?? []);
    expect(hits).toBe(waits ? 2 : 1);
  });
});
