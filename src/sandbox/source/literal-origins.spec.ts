import { literalOrigins } from './literal-origins.js';

describe('literalOrigins', () => {
  it.each([
    [`fetch('https://api.example.com/x')`, 'https://api.example.com'],
    [`fetch("https://api.example.com")`, 'https://api.example.com'],
    ['fetch(`https://api.example.com/${x}`)', 'https://api.example.com'],
    ['fetch(`https://api.example.com`)', 'https://api.example.com'],
    ['fetch(`https://api.example.com?${x}`)', 'https://api.example.com'],
    ['fetch(`https://api.example.com#${x}`)', 'https://api.example.com'],
    ['fetch(`https://api.example.com\\\\${x}`)', 'https://api.example.com'],
    [`const base = 'https://api.example.com' + path`, 'https://api.example.com'],
    [`fetch('HTTPS://API.Example.com:443/')`, 'https://api.example.com'],
    [`fetch('http://127.0.0.1:8080/x')`, 'http://127.0.0.1:8080'],
    [`fetch('http://[::1]:80/x')`, 'http://[::1]'],
    [`fetch('https://bücher.de/')`, 'https://xn--bcher-kva.de'],
    [`fetch('https://\\u0061.example/')`, 'https://a.example'],
    ["'https://a.example/';", 'https://a.example'],
    ["x = { 'https://a.example/': 1 }", 'https://a.example'],
    ["x = `a ${'https://a.example/'} b`", 'https://a.example'],
    ['x = `a ${`https://a.example/${y}`} b`', 'https://a.example'],
    ["class A { static #b = 'https://a.example/'; }", 'https://a.example'],
    ["async function f(a = 'https://a.example/') {}", 'https://a.example'],
    ['tag`https://a.example/`', 'https://a.example'],
    ["export async function f() { await g('https://a.example/'); }", 'https://a.example'],
    ["export const base = 'https://a.example/';", 'https://a.example'],
  ])('finds the origin in %s', (source, origin) => {
    expect(literalOrigins(source)).toEqual([origin]);
  });

  it.each([
    'fetch(`https://${host}/`)',
    'fetch(`https://api.example.com${path}`)',
    'fetch(`https://api.example.com:${port}/`)',
    'fetch(`https://api.${zone}.example.com/`)',
    'fetch(`${base}https://a.example/`)',
    "fetch('https://' + host)",
    "fetch('https://user@a.example/')",
    "fetch('https://user:password@a.example/')",
    "fetch('https://@a.example/')",
    "fetch('https:///a.example/')",
    "fetch('https:a.example/')",
    "fetch('https:/a.example/')",
    "fetch('https://a b.example/')",
    "fetch('https://a\\n.example/')",
    "fetch('https://a.example:99999/')",
    "fetch('ftp://a.example/')",
    "fetch(' https://a.example/')",
    "fetch('see https://a.example/')",
    '// https://a.example/',
    '/* "https://a.example/" */',
    'x = /https:\\/\\/a.example\\//',
    "fetch('https://a.example/'",
    'tag`https://a.example/\\u{}`',
    '',
  ])('finds none in %s', (source) => {
    expect(literalOrigins(source)).toEqual([]);
  });

  it('gives each origin once, and tells schemes and ports apart', () => {
    const source = `['https://a.example/1', 'https://a.example/2', 'http://a.example', 'https://a.example:8443']`;
    expect(literalOrigins(source).sort()).toEqual([
      'http://a.example',
      'https://a.example',
      'https://a.example:8443',
    ]);
  });

  it('gives 1,000 at most, and takes large and deep sources', () => {
    const many = Array.from({ length: 5000 }, (_, index) => `'https://a${index}.example'`);
    expect(literalOrigins(`[${many.join()}]`)).toHaveLength(1000);
    expect(literalOrigins(`[${'0,'.repeat(20_000)}'https://a.example']`)).toHaveLength(1);
    expect(literalOrigins(`x = ${"'' + ".repeat(500)}'https://a.example'`)).toHaveLength(1);
  });
});
