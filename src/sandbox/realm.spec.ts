import { SandboxPool } from './pool/pool.js';
import { callJob } from './pool/pool-fixture.js';

const pool = new SandboxPool({ min: 1, max: 1 });

beforeAll(() => pool.start(), 30_000);
afterAll(() => pool.close());

/** Runs the same lines in the sandbox and here, where they are the standard's own. */
async function bothWays(lines: string): Promise<[inside: unknown, here: unknown]> {
  const body = `const out = []; const put = (...values) => out.push(...values);
    const tell = (run) => { try { put(run()) } catch (error) { put(error.name) } };
    ${lines}
    return out;`;
  const outcome = await pool.call(callJob(`async function f() { ${body} }`));
  const inside = outcome.kind === 'ok' ? outcome.value : outcome;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the same text on both sides
  const here = new Function(`return (async () => { ${body} })()`) as () => Promise<unknown>;
  return [inside, JSON.parse(JSON.stringify(await here()))];
}

describe('a global of connector code is what it is in Node', () => {
  it.each([
    [
      'URL',
      `
      const u = new URL('../a b?x=1&x=2#h', 'https://üser:p%40@EXAMPLE.com:8443/q/r/');
      put(u.href, u.origin, u.host, u.hostname, u.port, u.pathname, u.search, u.hash, u.username);
      u.searchParams.append('y', 'ä &'); u.hash = ''; u.pathname = '/z z'; u.port = '443';
      put(String(u), u.toJSON(), JSON.stringify({ u }), u.searchParams.get('y'));
      u.search = '?k=v'; put([...u.searchParams]);
      tell(() => new URL('nope').href); tell(() => new URL('//x', 'about:blank').href);
      put(URL.canParse('http://a'), URL.canParse('a'), Object.prototype.toString.call(u));`,
    ],
    [
      'URLSearchParams',
      `
      const p = new URLSearchParams('?a=1&b=2&a=3&c&d=%E4%zz+%2B');
      put(String(p), p.get('a'), p.getAll('a'), p.has('c'), p.has('a', '3'), p.get('zz'), p.size);
      p.set('a', "it's (~*) ü\\ud800"); p.delete('b'); p.append('b', ''); p.sort();
      put(p.toString(), [...p.keys()], [...p.values()], [...p.entries()]);
      p.forEach((value, name) => put(name + value));
      put(String(new URLSearchParams({ q: 'x y', n: 1 })), String(new URLSearchParams([['a', 'b']])));
      put(String(new URLSearchParams(p)));
      tell(() => new URLSearchParams([['a']]));`,
    ],
    [
      'Headers',
      `
      const h = new Headers({ 'X-B': ' 1 ', a: '2' }); h.append('x-b', '3'); h.append('Set-Cookie', 'p');
      h.append('set-cookie', 'q');
      put([...h], h.get('X-b'), h.has('A'), h.get('no'), h.getSetCookie());
      h.set('a', '9'); h.delete('x-b'); put([...h.keys()], [...new Headers(h)]);
      tell(() => new Headers({ 'a b': '1' })); tell(() => h.set('a', 'x\\ny')); tell(() => h.set('a', '€'));`,
    ],
    [
      'Response',
      `
      const r = new Response('{"a":1}', { status: 201, headers: { a: 'b' } });
      put(r.ok, r.status, r.headers.get('content-type'), await r.clone().text(), await r.json(), r.bodyUsed);
      try { await r.text() } catch (error) { put(error.name) }
      put(await new Response(new Uint8Array([104, 105])).text(), (await new Response('x').arrayBuffer()).byteLength);
      put(await new Response().text(), await Response.json({ b: 2 }).json());
      tell(() => new Response('x', { status: 204 })); tell(() => new Response('', { status: 99 }));`,
    ],
    [
      'Request',
      `
      const r = new Request('http://a.b/c#d', { method: 'post', body: 'x', headers: { q: '1' } });
      put(r.method, r.url, r.headers.get('content-type'), r.redirect, await r.clone().text(), await r.text());
      put(new Request(new Request('http://a', { method: 'PUT' }), { method: 'patch' }).method);
      tell(() => new Request('http://u:p@a')); tell(() => new Request('http://a', { body: 'x' }));
      tell(() => new Request('nope'));`,
    ],
    [
      'AbortController',
      `
      const c = new AbortController(); const seen = [];
      c.signal.addEventListener('abort', (event) => seen.push(event.type)); c.signal.onabort = () => seen.push('on');
      const any = AbortSignal.any([c.signal]); c.abort(); c.abort();
      put(seen.sort(), c.signal.aborted, c.signal.reason.name, any.aborted, any.reason === c.signal.reason);
      tell(() => c.signal.throwIfAborted()); tell(() => new AbortSignal());
      put(AbortSignal.abort('why').reason);
      const late = AbortSignal.timeout(5); await new Promise((done) => setTimeout(done, 40)); put(late.reason.name);`,
    ],
    [
      'TextEncoder and TextDecoder',
      `
      put([...new TextEncoder().encode('ä\\0😀\\ud800')], new TextEncoder().encodeInto('aä😀', new Uint8Array(4)));
      put(new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 0xc3, 0xa4, 0])), new TextDecoder('latin1').encoding);
      put(new TextDecoder('windows-1252').decode(new Uint8Array([0x80, 0xe4])), new TextDecoder('utf-16le').decode(new Uint8Array([97, 0])));
      tell(() => new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff]))); tell(() => new TextDecoder('nope'));`,
    ],
    [
      'localeCompare',
      `
      const words = ['b', 'B', 'a', 'ä', 'z', 'Zebra', 'résumé', 'resume', '1', '10', '2', ''];
      put([...words].sort((x, y) => x.localeCompare(y)), 'a'.localeCompare('B'), 'undefined'.localeCompare());`,
    ],
    ['atob and btoa', `put(btoa('a\\0\\xff'), atob('AP8='), atob(' Y W I '), btoa(''));`],
    [
      'structuredClone',
      `
      const a = { d: new Date(5), m: new Map([[1, new Set(['x'])]]), b: new Uint8Array([1, 2]), r: /x/gi, e: new RangeError('q') };
      a.self = a; const b = structuredClone(a);
      put(b !== a, b.self === b, b.d.getTime(), [...b.m.get(1)], [...b.b], String(b.r), b.e.name, b.e.message);
      tell(() => structuredClone(() => 1)); tell(() => structuredClone(Symbol())); put(structuredClone([1, , 3]).length);`,
    ],
  ])('%s', async (_name, lines) => {
    const [inside, here] = await bothWays(lines);
    expect(inside).toEqual(here);
  });

  it('is missing where it would be a part of the host', async () => {
    const names =
      'process require module exports global Buffer Deno std os __dirname setInterval XMLHttpRequest WebAssembly Worker importScripts';
    const source = `function f() { return '${names}'.split(' ').filter((name) => name in globalThis) }`;
    expect(await pool.call(callJob(source))).toMatchObject({ kind: 'ok', value: [] });
  });
});
