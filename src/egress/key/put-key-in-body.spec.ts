import { putInBody } from './put-key-in-body.js';
import type { KeyPart } from './split-key.js';

const secret = 'a"b\\c/d\n%+&= ü€';
const standIn = 'standin_1';
const secrets: KeyPart[] = [{ secret, standIn }];

function put(body: string, contentType?: string, parts = secrets): string {
  return Buffer.from(putInBody(Buffer.from(body), contentType, parts)).toString();
}

describe('putInBody', () => {
  it('escapes for JSON, and leaves every other byte as it was', () => {
    const body = '{ "x":1.0, "k" : "Bearer standin_1 \\u00fc\\/", "n":[ "standin_1" ] }\n';
    const escaped = JSON.stringify(secret).slice(1, -1);
    expect(put(body, 'application/vnd.api+json; charset=utf-8')).toBe(
      body.replaceAll(standIn, () => escaped),
    );
  });

  it.each([undefined, 'text/plain;charset=UTF-8'])('knows JSON where the type is %s', (type) => {
    expect(JSON.parse(put(JSON.stringify({ k: standIn }), type))).toEqual({ k: secret });
    expect(put(`k is ${standIn}`, type)).toBe(`k is ${secret}`);
    const large = JSON.stringify([standIn, 'x'.repeat(2_000_000)]);
    expect((JSON.parse(put(large, type)) as string[])[0]).toBe(secret);
  });

  it('escapes a key of several parts once, where it stands whole', () => {
    const key = { secret: 'us"er:pass"word', standIn: 'standin_1:standin_2' };
    const parts = [
      key,
      { secret: 'us"er', standIn: 'standin_1' },
      { secret: 'pass"word', standIn: 'standin_2' },
    ];
    const body = JSON.stringify({ key: key.standIn, user: 'standin_1' });
    expect(JSON.parse(put(body, 'application/json', parts))).toEqual({
      ...{ key: key.secret, user: 'us"er' },
    });
  });

  it('escapes as often as JSON is nested in JSON', () => {
    const nest = (k: string) =>
      JSON.stringify({
        quoted: `say "hi" to ${k}`,
        inner: JSON.stringify({ k, deeper: JSON.stringify([k, JSON.stringify(k)]) }),
        after: [k, `"${k}"`, `{"${k}`],
        [k]: true,
      });
    const given = JSON.parse(put(nest(standIn), 'application/json')) as Record<string, unknown>;
    const inner = JSON.parse(given['inner'] as string) as { k: string; deeper: string };
    expect(inner.k).toBe(secret);
    const [deep, deepest] = JSON.parse(inner.deeper) as [string, string];
    expect(deep).toBe(secret);
    expect(JSON.parse(deepest)).toBe(secret);
    expect(given['quoted']).toBe(`say "hi" to ${secret}`);
    expect(given['after']).toEqual([secret, JSON.stringify(secret), `{"${secret}`]);
    expect(given).toHaveProperty([secret], true);
  });

  it('takes lines of JSON, and what only says that it is JSON', () => {
    const lines = put(`{"k":"${standIn}"}\n{"k":"x"}\n{"k":"${standIn}"}`, 'application/x-ndjson');
    expect(lines.split('\n').map((line) => (JSON.parse(line) as { k: string }).k)).toEqual([
      secret,
      'x',
      secret,
    ]);
    expect(put(standIn, 'application/json')).toBe(JSON.stringify(secret).slice(1, -1));
  });

  it('escapes for forms', () => {
    const form = put(`a=b%20c&k=${standIn}&k=x${standIn}`, 'application/x-www-form-urlencoded');
    expect(form).toMatch(/^a=b%20c&k=a%22b/);
    expect(new URLSearchParams(form).getAll('k')).toEqual([secret, `x${secret}`]);
  });

  it('puts the key in clear into anything else, without a change to other bytes', () => {
    const bytes = Buffer.concat([
      Buffer.from([0, 255, 128]),
      Buffer.from(standIn),
      Buffer.from([254]),
    ]);
    expect(Buffer.from(putInBody(bytes, 'application/octet-stream', secrets))).toEqual(
      Buffer.concat([Buffer.from([0, 255, 128]), Buffer.from(secret), Buffer.from([254])]),
    );
  });

  it('puts a key that is an object in whole, as a value and as text', () => {
    const key = '{ "id": "i\\"d", "ü": "€" }';
    const whole = { secret: key, standIn: '{"id":"standin_1","ü":"standin_2"}' };
    const parts = [whole, { secret: 'i"d', standIn }, { secret: '€', standIn: 'standin_2' }];
    const body = JSON.stringify({
      value: JSON.parse(whole.standIn) as unknown,
      text: whole.standIn,
      nested: JSON.stringify({ text: whole.standIn }),
      part: standIn,
    });
    const given = JSON.parse(put(body, 'application/json', parts)) as Record<string, string>;
    expect(given['value']).toEqual(JSON.parse(key));
    expect(given['text']).toBe(key);
    expect(JSON.parse(given['nested'] ?? '')).toEqual({ text: key });
    expect(given['part']).toBe('i"d');
    const form = new URLSearchParams({ all: whole.standIn, part: 'standin_2' }).toString();
    const sent = new URLSearchParams(put(form, 'application/x-www-form-urlencoded', parts));
    expect(Object.fromEntries(sent)).toEqual({ all: key, part: '€' });
  });
});
