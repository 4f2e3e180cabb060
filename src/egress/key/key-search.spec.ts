import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { KeyMask, KeySearch } from './key-search.js';
import type { KeyPart } from './split-key.js';

const standIn = 'standin_0123456789abcdefghijABCDEFGHIJ01';

function searchFor(...secrets: string[]): KeySearch {
  return new KeySearch(
    secrets.map((secret, index): KeyPart => ({
      secret,
      standIn: `${standIn.slice(0, -1)}${index}`,
    })),
  );
}

const first = `${standIn.slice(0, -1)}0`;

async function inBody(search: KeySearch, text: string): Promise<string> {
  return Buffer.from(await search.inBody(Buffer.from(text))).toString();
}

const odd = 'k"e\\y/ü %+&=<€\u{1f511}\'!(*)~\n';
const percent = encodeURIComponent(odd);
const json = JSON.stringify(odd).slice(1, -1);
const ascii = json.replace(/[^\0-\x7f]/g, (unit) => {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
});
const lowered = (text: string) => text.replace(/%../g, (escape) => escape.toLowerCase());

describe('KeySearch', () => {
  it.each([
    ['in clear', odd],
    ['escaped for JSON', json],
    ['with escaped slashes', json.replaceAll('/', '\\/')],
    ['in ASCII', ascii],
    [
      'in ASCII with capital digits',
      ascii.replace(/u[0-9a-f]{4}/g, (u) => `u${u.slice(1).toUpperCase()}`),
    ],
    ['in JSON in JSON', JSON.stringify(json).slice(1, -1)],
    ['in JSON for HTML', json.replaceAll('<', '\\u003c').replaceAll('&', '\\u0026')],
    ['percent-encoded', percent],
    ['percent-encoded in lower case', lowered(percent)],
    ['percent-encoded in part', encodeURI(odd)],
    ['percent-encoded twice', encodeURIComponent(percent)],
    ['in a form', new URLSearchParams([['', odd]]).toString().slice(1)],
    ['in XML', odd.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')],
  ])('finds a key %s', async (_how, written) => {
    const search = searchFor(odd);
    expect(await inBody(search, `a${written}b${written}`)).toBe(`a${first}b${first}`);
    expect(search.inText(Buffer.from(`a ${written}`).toString('latin1'))).toBe(`a ${first}`);
  });

  it.each(['base64', 'base64url'] as const)(
    'finds a key in %s at every place',
    async (encoding) => {
      for (const key of ['12345678', 'sk-live-1234567890', odd, '???>>>~~~ÿÿÿ']) {
        for (const before of ['', 'a', 'ab', 'abc', 'user:', '???>']) {
          for (const after of ['', 'z', 'zz', ':password', '>>>?']) {
            const text = Buffer.from(before + key + after).toString(encoding);
            const given = await inBody(searchFor(key), `{"a":"Basic ${text}","b":1}`);
            const found = /Basic ([^"]*)/.exec(given)?.[1] ?? '';
            expect(Buffer.from(found, encoding).toString()).toBe(before + first + after);
            expect(Buffer.from(found, encoding).toString(encoding)).toBe(
              encoding === 'base64' ? found : found.replace(/=+$/, ''),
            );
          }
        }
      }
    },
  );

  it('finds base64 in the escapes of JSON and URLs, and as btoa writes Latin-1', async () => {
    const key = '???>>>~~~';
    const text = Buffer.from(`a${key}>?`).toString('base64');
    expect(text).toMatch(/\/.*\+/);
    const decoded = (written: string) => Buffer.from(written, 'base64').toString();
    const search = searchFor(key);
    const slashes = await inBody(search, text.replaceAll('/', '\\/'));
    expect(decoded(slashes.replaceAll('\\/', '/'))).toBe(`a${first}>?`);
    const inUrl = await inBody(search, `?k=${encodeURIComponent(text)}&x`);
    expect(decoded(decodeURIComponent(/k=([^&]*)&x$/.exec(inUrl)?.[1] ?? ''))).toBe(`a${first}>?`);
    expect(decoded(await inBody(searchFor('schlüssel'), btoa('me:schlüssel')))).toBe(`me:${first}`);
  });

  it('keeps the rest of a long base64 text as it is', async () => {
    const key = '1234567890abcd';
    const rest = 'x'.repeat(100_000);
    const text = Buffer.from(`ab${key}${rest}${key}`).toString('base64');
    const given = Buffer.from(await inBody(searchFor(key), text), 'base64').toString();
    expect(given.replace(/ {0,2}(?=x|$)/g, '')).toBe(`ab${first}${rest}${first}`);
  });

  it('finds what is cut by the edge of a slice, wherever that is', async () => {
    const key = 'abcdefgh';
    const search = searchFor(key);
    for (let at = 128 * 1024 - 15; at <= 128 * 1024 + 2; at += 1) {
      const clear = `${'.'.repeat(at)}${key}${'.'.repeat(200_000)}`;
      expect(await inBody(search, clear)).toBe(clear.replace(key, first));
      const encoded = Buffer.from(`:${key}:`).toString('base64');
      const given = await inBody(search, clear.replace(key, encoded));
      const found = /^\.*([^.]+)/.exec(given)?.[1] ?? '';
      expect(Buffer.from(found, 'base64').toString()).toBe(`:${first}:`);
    }
  });

  it('gives a body without the key as the same object, and never changes other bytes', async () => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 256);
    const search = searchFor('abcdefgh');
    expect(await search.inBody(bytes)).toBe(bytes);
    const key = Buffer.from('abcdefgh');
    const given = await search.inBody(Buffer.concat([bytes, key, bytes]));
    expect(Buffer.from(given).equals(Buffer.concat([bytes, Buffer.from(first), bytes]))).toBe(true);
    expect(given.buffer.byteLength).toBe(given.byteLength);
  });

  it('replaces the longer one of two secrets first', async () => {
    const search = searchFor('one-part:two-part', 'one-part', 'two-part');
    const numbered = (n: number) => `${standIn.slice(0, -1)}${n}`;
    expect(await inBody(search, 'one-part:two-part two-part one-part')).toBe(
      `${numbered(0)} ${numbered(2)} ${numbered(1)}`,
    );
  });

  it('finds short secrets in texts alone, and only where they stand alone', async () => {
    const search = searchFor('json');
    expect(await inBody(search, '{"json":"json"}')).toBe('{"json":"json"}');
    expect(search.inText('json')).toBe('json');
    expect(search.shortInText('jsonp, ajson json; k=json&x=%2Fjson%2F')).toBe(
      `jsonp, ajson ${first}; k=${first}&x=%2F${first}%2F`,
    );
    expect(search.shortInText(btoa('me:json'))).toBe(btoa(`me:${first}`));
  });

  it('writes an object that stands for the key as the object was written', async () => {
    const key = '{"id":"me","pin":"1234"}';
    const object = '{"id":"standin_1","pin":"standin_2"}';
    const search = new KeySearch([{ secret: key, standIn: object }]);
    expect(await inBody(search, key)).toBe(object);
    expect(await inBody(search, JSON.stringify({ key }))).toBe(JSON.stringify({ key: object }));
    expect(await inBody(search, encodeURIComponent(key))).toBe(encodeURIComponent(object));
    expect(await inBody(search, btoa(key))).toBe(btoa(object));
  });

  it('leaves no key behind, in any of its encodings', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({
          unit: fc.oneof(
            fc.constantFrom(...Array.from('"\\/%+&= ü.-_aA0')),
            fc.string({ minLength: 1, maxLength: 1 }),
          ),
          minLength: 8,
          maxLength: 40,
        }),
        fc.string({ unit: 'grapheme', maxLength: 5 }),
        async (key, around) => {
          const search = searchFor(key);
          const texts = [
            around + key + around,
            JSON.stringify({ [around]: key }),
            encodeURIComponent(key),
            new URLSearchParams([[around, key]]).toString(),
          ];
          for (const text of texts) {
            const given = await inBody(search, text);
            expect(given).toContain(first);
          }
          const encoded = Buffer.from(around + key + around).toString('base64');
          const given = Buffer.from(await inBody(search, encoded), 'base64').toString();
          expect(given).toContain(first);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('KeySearch in large bodies', () => {
  const key = 'sk_live_4eC39HqLyjWDarjtT1zdp7dcQm5vXw0a';
  const record = JSON.stringify({
    id: 12_345,
    name: 'Example',
    tags: ['a', 'b'],
    url: 'https://a.example/x',
  });

  /** How many turns other work had meanwhile, and the most CPU time in ms that passed between two. */
  async function turnsOf(act: () => Promise<unknown>): Promise<{ turns: number; worst: number }> {
    let turns = 0;
    let worst = 0;
    let done = false;
    const watch = (last: NodeJS.CpuUsage) => {
      const { user, system } = process.cpuUsage(last);
      worst = Math.max(worst, (user + system) / 1000);
      turns += 1;
      if (!done) setImmediate(watch, process.cpuUsage());
    };
    setImmediate(watch, process.cpuUsage());
    await act();
    done = true;
    await wait(1);
    return { turns, worst };
  }

  const sliceBytes = 64 * 1024;
  // Several times what it takes, on a machine that may be slow.
  const anyMachine = 500;

  /** The best of three tries: the CPU time is that of all threads, also of those that tidy the heap. */
  async function leastHeld(body: Buffer, secret: string): Promise<number> {
    const found: number[] = [];
    do {
      const search = searchFor(secret);
      const { turns, worst } = await turnsOf(() => search.inBody(body));
      expect(turns).toBeGreaterThanOrEqual(Math.floor(body.byteLength / sliceBytes));
      found.push(worst);
    } while (found.length < 3 && Math.min(...found) >= anyMachine);
    return Math.min(...found);
  }

  it.each([
    ['an ordinary body', record, 20],
    ['one that holds the key in each record', `${record}${key}`, 20],
    ['one of base64', Buffer.from(record).toString('base64').replace(/=+$/, ''), 20],
    ['one long base64 text of keys', Buffer.from(`${key}xx`).toString('base64'), 2],
  ])('lets other work go on beside %s', async (_name, piece, megabytes) => {
    const body = Buffer.from(piece.repeat(Math.ceil((megabytes * 1e6) / piece.length)));
    expect(await leastHeld(body, key)).toBeLessThan(anyMachine);
  });

  it.each(['a"b"c"d"e', '\\"'.repeat(20), '%25'.repeat(10), 'üüüüüüüüü', '++++++++'])(
    'is not held up by a body made against the key %s',
    async (weird) => {
      const piece = weird.slice(0, -1);
      const body = Buffer.from(piece.repeat(Math.ceil(500_000 / piece.length)));
      expect(await leastHeld(body, weird)).toBeLessThan(anyMachine);
    },
  );
});

describe('KeyMask', () => {
  const parts = (...secrets: string[]) => secrets.map((secret) => ({ secret, standIn: 'x' }));

  it('hides the key and its parts of four and more characters', () => {
    const mask = new KeyMask('me:pass:ü-€', parts('me:pass:ü-€', 'pass', 'ü-€', 'me'));
    expect(mask.hide('me:pass:ü-€ – pass, me and ü-€')).toBe('•••• – ••••, me and ü-€');
    expect(mask.hide(`Basic ${btoa('me:pass')}`)).not.toContain(btoa('me:pass'));
    expect(mask.hide('nothing – at all')).toBe('nothing – at all');
  });

  it('hides a key of fewer characters where it stands alone', () => {
    expect(new KeyMask('abc', parts('abc')).hide('abc in abcd')).toBe('•••• in abcd');
  });
});
