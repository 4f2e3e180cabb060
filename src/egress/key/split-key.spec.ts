import { splitKey } from './split-key.js';

const standIn = /^standin_[A-Za-z0-9]{32}$/;

describe('splitKey', () => {
  it('gives a plain key one random stand-in', () => {
    const first = splitKey('sk-1234567890');
    expect(first.text).toMatch(standIn);
    expect(first).toEqual({
      text: first.text,
      parts: [{ secret: 'sk-1234567890', standIn: first.text }],
    });
    expect(splitKey('sk-1234567890').text).not.toBe(first.text);
  });

  it('gives parts joined by : a stand-in each, and leaves empty ones empty', () => {
    const { text, parts, whole } = splitKey(':me:secret::');
    expect(text).toMatch(/^:standin_\w{32}:standin_\w{32}::$/);
    expect(parts.map(({ secret }) => secret)).toEqual(['me', 'secret']);
    expect(whole).toEqual({ secret: ':me:secret::', standIn: text });
  });

  it('gives a JSON object of strings the same names, and stand-ins for its values', () => {
    const key = '{ "id": "a:b", "secret": "s", "none": "", "__proto__": "p" }';
    const { text, parts, whole } = splitKey(key);
    const object = JSON.parse(text) as Record<string, string>;
    expect(Object.keys(object)).toEqual(['id', 'secret', 'none', '__proto__']);
    expect(object['id']).toMatch(standIn);
    expect(object['none']).toBe('');
    expect(parts.map(({ secret }) => secret)).toEqual(['a:b', 's', 'p']);
    expect(whole).toEqual({ secret: key, standIn: text });
  });

  it('gives a secret that comes twice the same stand-in', () => {
    const { text, parts } = splitKey('same:same');
    expect(parts).toHaveLength(1);
    expect(new Set(text.split(':')).size).toBe(1);
  });

  it.each(['{"a":1}', '{"a":{"b":"c"}}', '{}', '{"a":""}', ':', '::', '["a"]', 'a b', '"a"', '{a'])(
    'takes %s for one secret',
    (key) => {
      const { text, parts, whole } = splitKey(key);
      expect(text).toMatch(standIn);
      expect(parts).toEqual([{ secret: key, standIn: text }]);
      expect(whole).toBeUndefined();
    },
  );
});
