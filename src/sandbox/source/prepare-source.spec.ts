import { checkSource, prepareSource } from './prepare-source.js';

const details = (source: string): string[] => checkSource(source, 'f').map((f) => f.detail);

describe('checkSource', () => {
  it.each([
    'function f() {}',
    'async function f() {}',
    'function* f() {}',
    'async function* f() {}',
    'const f = () => 1;',
    'let f = async () => 1;',
    'var f = function () {};',
    'const g = 1, f = async function* () {};',
    'export function f() {}',
    'export async function f() {}',
    'export const f = async () => 1;',
    'export default function f() {}',
    'export default async function* f() {}',
    'function f() {}\nexport { f };',
    'const helper = 1;\nexport { helper };\nexport function f() { return helper; }',
    '#!/usr/bin/env node\nfunction f() { with ({}) {} }',
    'async function f() { for await (const x of []) await x; }',
    'const f = (async () => { await 1; });',
  ])('takes %j', (source) => {
    expect(checkSource(source, 'f')).toEqual([]);
  });

  it.each([
    'function g() {}',
    'const f = 1;',
    'class f {}',
    '{ const f = () => 1; }',
    'function g() { function f() {} }',
    'export default () => 1;',
    'const { f } = { f() {} };',
    '',
  ])('finds no function f in %j', (source) => {
    expect(checkSource(source, 'f')).toEqual([
      { detail: 'It does not define a function named f at its top level.', line: 1, column: 1 },
    ]);
  });

  it('says where the source does not parse', () => {
    expect(checkSource('function f() {\n  return 1 +;\n}', 'f')).toEqual([
      { detail: 'It is not valid JavaScript: Unexpected token.', line: 2, column: 13 },
    ]);
  });

  it('names every fault that can be known, in order', () => {
    const source = [
      "import x from 'x';",
      'function f() {',
      "  return import('y');",
      '}',
      "export * from 'z';",
      "export { a } from 'z';",
      '  await f();',
      'for await (const x of []) ;',
      '{ export const b = import.meta.url; }',
    ].join('\n');
    expect(checkSource(source, 'g').map(({ line, column }) => [line, column])).toEqual([
      [1, 1],
      [3, 10],
      [5, 1],
      [6, 1],
      [7, 3],
      [8, 1],
      [9, 3],
      [9, 20],
      [1, 1],
    ]);
    expect(details(source).join()).toMatch(/no modules.*top level.*import\.meta/);
  });

  it.each([
    ['parentheses', '('.repeat(100_000)],
    ['arrays', `const f = ${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['arrows', `const f = ${'a=>'.repeat(80_000)}1`],
    ['templates', '`${'.repeat(50_000)],
    ['blocks', `${'{'.repeat(50_000)}${'}'.repeat(50_000)}`],
    ['a regular expression', `/${'('.repeat(100_000)}/`],
    ['operators', `const f = ${'1+'.repeat(130_000)}1`],
  ])('gives a fault for hostile nesting of %s', (_name, source) => {
    expect(details(source)[0]).toMatch(/nested too deeply|not valid/);
  });
});

describe('prepareSource', () => {
  it('leaves a source without exports as it is', () => {
    const source = 'function f() { return 1 }';
    expect(prepareSource(source)).toBe(source);
  });

  it.each([
    ['export function f() {}', '       function f() {}'],
    ['export const a = 1;', '       const a = 1;'],
    ['export default function f() {}', '               function f() {}'],
    ['export default { a: 1 };', 'void           { a: 1 };'],
    ['const a = 1\nexport { a }\n;(1)', 'const a = 1\n;           \n (1)'],
    ['export {\n  a,\n};', ';       \n    \n  '],
    ["const s = 'export function';", "const s = 'export function';"],
    ['export /* why */ class A {}', '                 class A {}'],
  ])('makes a script of %j with every place kept', (source, script) => {
    expect(prepareSource(source)).toBe(script);
  });

  it('leaves a source that does not parse to the engine', () => {
    expect(prepareSource('export function (')).toBe('export function (');
  });
});
