import fc from 'fast-check';

import { JsonDocument } from '../../json/json-document.js';
import { NodeFinder, NOT_FOUND } from './node-finder.js';
import { findNode, locateNode } from './node-path.js';
import { parseDottedPath } from './parse-dotted-path.js';
import { compilePath } from './paths.js';
import { locate, readPath, type SingularPath } from './read-path.js';

function pathOf(source: string): SingularPath {
  const path = compilePath(source);
  if (path.kind !== 'singular') throw new Error(`${source} is not singular`);
  return path;
}

const step = fc.constantFrom('a', 'b', 'é', '0', '1', 'constructor', '__proto__', 'length');
const path = fc.oneof(
  fc.array(step, { maxLength: 3 }).map((steps) => pathOf(steps.join('.'))),
  fc
    .array(fc.oneof(step, fc.integer({ min: -2, max: 2 })), { maxLength: 3 })
    .map((steps) => pathOf(`$${steps.map((part) => `[${JSON.stringify(part)}]`).join('')}`)),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(1, 'x', null, true),
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .array(fc.tuple(step, tie('value')), { maxLength: 5 })
      .map((members) => Object.fromEntries(members)),
  ),
}));
function foundIn(document: JsonDocument, node: number | undefined): unknown {
  return node === undefined || node === NOT_FOUND ? undefined : document.value(node);
}

describe('finding nodes', () => {
  it('finds what paths find in values, in one record after the other', () => {
    fc.assert(
      fc.property(fc.array(path, { maxLength: 6 }), fc.array(value), (paths, records) => {
        const finder = new NodeFinder(paths);
        for (const record of records) {
          const document = new JsonDocument(Buffer.from(JSON.stringify(record)));
          finder.find(document, document.root);
          for (const [number, one] of paths.entries()) {
            const expected = readPath(one, record);
            expect(foundIn(document, finder.found[number])).toEqual(expected);
            const part = { document, node: document.root };
            expect(foundIn(document, findNode(one, part))).toEqual(expected);
            expect(locateNode(one, part)).toEqual(locate(one, record));
          }
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('finds names that are written with escapes', () => {
    const finder = new NodeFinder(['a.b', 'é', '["\\ud800"]'].map(pathOf));
    const text = '{"\\u0061":{"\\u0062":1},"\\u00e9":2,"\\ud800":3,"\ufffd":4}';
    const document = new JsonDocument(Buffer.from(text));
    finder.find(document, document.root);
    expect([...finder.found].map((node) => foundIn(document, node))).toEqual([1, 2, 3]);
  });

  it('takes the last of members with the same name, and nothing inside of the others', () => {
    const finder = new NodeFinder(['a', 'a.b', 'a.c[0]', 'd'].map(pathOf));
    for (const text of [
      '{"a":{"b":1,"c":[2]},"d":3,"a":{"b":4}}',
      '{"d":3,"a":{"c":[2]},"a":5,"a":{"b":4}}',
    ]) {
      const document = new JsonDocument(Buffer.from(text));
      finder.find(document, document.root);
      const found = [...finder.found].map((node) => foundIn(document, node));
      expect(found).toEqual([{ b: 4 }, 4, undefined, 3]);
    }
  });

  it('takes a path of many digits, each of which is a name or an index', () => {
    const steps = Array.from({ length: 60 }, () => '0');
    const finder = new NodeFinder([
      { kind: 'singular', source: '', steps: parseDottedPath(steps.join('.')) },
    ]);
    const text = '[{"0":'.repeat(30) + '7' + '}]'.repeat(30);
    const document = new JsonDocument(Buffer.from(text));
    finder.find(document, document.root);
    expect(foundIn(document, finder.found[0])).toBe(7);
  });
});
