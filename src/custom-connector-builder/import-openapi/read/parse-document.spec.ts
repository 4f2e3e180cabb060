import { ImportFault } from '../import.types.js';
import { parseDocument } from './parse-document.js';

function faultOf(document: unknown) {
  try {
    parseDocument(document);
  } catch (error) {
    if (error instanceof ImportFault) return error.fault;
    throw error;
  }
  return undefined;
}

describe('parseDocument', () => {
  it.each([
    ['{"openapi":"3.0.0"}', { openapi: '3.0.0' }],
    ['\uFEFF{"a":1}', { a: 1 }],
    ["{'a': 1, b: [x]}", { a: 1, b: ['x'] }],
    ['a: 2020-01-01\nb: yes\nc: 010', { a: '2020-01-01', b: 'yes', c: 10 }],
    ['a: &x {k: 1}\nb: {<<: *x, l: 2}', { a: { k: 1 }, b: { k: 1, l: 2 } }],
    [{ a: 1 }, { a: 1 }],
  ])('reads %j', (document, value) => {
    expect(parseDocument(document)).toEqual(value);
  });

  it('says where a text is wrong', () => {
    expect(faultOf('a: 1\nb: [')).toMatchObject({ pointer: '/document', line: 2 });
    expect(faultOf('a: 1\na: 2')).toMatchObject({ line: 2, column: 1 });
    expect(faultOf('{"a": 1,}}')).toMatchObject({ pointer: '/document' });
  });

  it.each([
    ['a list', '[1]'],
    ['a word', 'openapi'],
    ['nothing', ''],
    ['a number', 7],
    ['deep JSON', '['.repeat(50_000)],
    ['a deep object in JSON', `{"a":${'{"a":'.repeat(150)}1${'}'.repeat(151)}`],
    ['deep YAML', `a: ${'['.repeat(200)}`],
    ['what is made of itself', 'a: &a [*a]'],
    ['a tag that makes something', 'a: !!js/function x'],
  ])('refuses %s', (_, document) => {
    expect(faultOf(document)).toMatchObject({ pointer: '/document' });
  });

  it('reads aliases that multiply without multiplying them', () => {
    const lines = Array.from({ length: 60 }, (_, n) => {
      return `x${n + 1}: &x${n + 1} [${Array(10).fill(`*x${n}`).join(', ')}]`;
    });
    const began = performance.now();
    expect(parseDocument(['x0: &x0 [1]', ...lines].join('\n'))).toHaveProperty('x60');
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
