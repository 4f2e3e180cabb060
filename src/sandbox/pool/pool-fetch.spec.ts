import type { EgressRequest } from '../../egress/egress.types.js';
import { SandboxPool } from './pool.js';
import { answering, callJob, jsonResponse } from './pool-fixture.js';
import type { CallOutcome, RunFetch } from '../sandbox.types.js';

const pool = new SandboxPool({ min: 1, max: 2 });

beforeAll(() => pool.start(), 30_000);
afterAll(() => pool.close());

const run = (body: string, fetch: RunFetch): Promise<CallOutcome> =>
  pool.call(callJob(`async function f() { ${body} }`, { fetch }));

class RemoteError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
const failing =
  (error: Error): RunFetch =>
  () =>
    Promise.reject(error);

describe('fetch', () => {
  it('sends what the code asks for', async () => {
    const seen: EgressRequest[] = [];
    const outcome = await run(
      `const url = new URL('https://a.example/x'); url.searchParams.set('q', 'ä');
       await fetch(url);
       await fetch('https://a.example', { method: 'post', body: 'hä\\0', headers: { A: '1' } });
       await fetch(new Request('https://a.example', { method: 'PUT', body: new URLSearchParams({ a: 'b c' }) }));
       await fetch('https://a.example', { method: 'PATCH', body: new Uint8Array([0, 255]), redirect: 'manual' });
       await fetch('https://a.example', { method: 'DELETE', body: JSON.stringify({ a: 1 }), headers: [['Content-Type', 'application/json']] });`,
      answering((request) => seen.push(request)),
    );
    expect(outcome.kind).toBe('ok');
    expect(seen.map(({ body, ...rest }) => ({ ...rest, body: body && [...body] }))).toEqual([
      {
        method: 'GET',
        url: 'https://a.example/x?q=%C3%A4',
        headers: [],
        redirect: 'follow',
        body: undefined,
      },
      {
        method: 'POST',
        url: 'https://a.example/',
        headers: [
          ['a', '1'],
          ['content-type', 'text/plain;charset=UTF-8'],
        ],
        redirect: 'follow',
        body: [...Buffer.from('hä\0')],
      },
      {
        method: 'PUT',
        url: 'https://a.example/',
        headers: [['content-type', 'application/x-www-form-urlencoded;charset=UTF-8']],
        redirect: 'follow',
        body: [...Buffer.from('a=b+c')],
      },
      {
        method: 'PATCH',
        url: 'https://a.example/',
        headers: [],
        redirect: 'manual',
        body: [0, 255],
      },
      {
        method: 'DELETE',
        url: 'https://a.example/',
        headers: [['content-type', 'application/json']],
        redirect: 'follow',
        body: [...Buffer.from('{"a":1}')],
      },
    ]);
  });

  it('gives the response', async () => {
    const outcome = await run(
      `const r = await fetch('https://a.example');
       const c = r.clone();
       const e = await fetch('https://a.example/empty');
       return [r.ok, r.status, r.statusText, r.url, r.redirected, [...r.headers], r.bodyUsed,
         await r.text(), r.bodyUsed, new Uint8Array(await c.arrayBuffer())[0], await e.text(), e.ok];`,
      (request) =>
        Promise.resolve({
          status: request.url.endsWith('empty') ? 404 : 201,
          statusText: 'Made',
          url: 'https://b.example/',
          redirected: true,
          headers: [
            ['X-A', '1'],
            ['x-a', '2'],
          ],
          body: request.url.endsWith('empty') ? new Uint8Array() : Buffer.from('\ufeffä\0"'),
        }),
    );
    expect(outcome).toMatchObject({
      value: [
        true,
        201,
        'Made',
        'https://b.example/',
        true,
        [['x-a', '1, 2']],
        false,
        'ä\0"',
        true,
        0xef,
        '',
        false,
      ],
    });
  });

  it('carries many requests at once, and each answer to who asked', async () => {
    let open = 0;
    let most = 0;
    const outcome = await run(
      `const all = Array.from({ length: 300 }, async (_, i) => (await fetch('https://a.example/' + i)).json());
       return (await Promise.all(all)).every((value, i) => value === i);`,
      async (request) => {
        most = Math.max(most, ++open);
        await new Promise((done) => setTimeout(done, 1));
        open -= 1;
        return jsonResponse(request.url, Number(new URL(request.url).pathname.slice(1)));
      },
    );
    expect(outcome).toMatchObject({ kind: 'ok', value: true });
    expect(most).toBeLessThanOrEqual(64);
  });

  it('rejects with the code of the egress, which the code may catch', async () => {
    const outcome = await run(
      `try { await fetch('https://a.example') } catch (error) { return [error instanceof TypeError, error.code, error.message] }`,
      failing(new RemoteError('remote.refused', 'Not that host.')),
    );
    expect(outcome).toMatchObject({ value: [true, 'remote.refused', 'Not that host.'] });
  });

  it.each([
    ['remote.timeout', { kind: 'remote', code: 'remote.timeout', message: 'why', line: 2 }],
    ['run.requests', { kind: 'limit', code: 'run.requests', message: 'why' }],
    ['run.response', { kind: 'limit', code: 'run.response', message: 'why' }],
    ['run.cancelled', { kind: 'cancelled' }],
  ])('ends the run by %s where the code does not catch it', async (code, expected) => {
    const outcome = await run(
      "\n await fetch('https://a.example')",
      failing(new RemoteError(code, 'why')),
    );
    expect(outcome).toMatchObject(expected);
  });

  it('tells nothing of an error that is not the egress’s', async () => {
    const outcome = await run(
      "await fetch('https://a.example')",
      failing(new Error('secret path')),
    );
    expect(outcome).toMatchObject({ kind: 'remote', message: 'The request failed.' });
  });

  it('takes a forged code for what it is: an error of the code', async () => {
    const body = "throw Object.assign(new Error('mine'), { code: 'remote.timeout' })";
    expect(await run(body, failing(new Error()))).toMatchObject({
      kind: 'thrown',
      message: 'mine',
    });
  });

  it('refuses a URL that is none, in the code', async () => {
    for (const url of ['/x', 'nope', 'http://u:p@a.example']) {
      const outcome = await run(`await fetch('${url}')`, failing(new Error()));
      expect(outcome).toMatchObject({ kind: 'thrown', line: 1 });
    }
  });
});
