import { ImportFault } from '../import.types.js';
import { References, UnusableError } from './references.js';
import { Schemas } from './schema-shape.js';

const text = { type: 'string' };

describe('References', () => {
  const references = new References({
    ...{ a: { $ref: '#/b' }, b: { $ref: '#/a' }, 'x/y~z': { 'ü ü': { type: 'string' } }, n: 1 },
  });

  it.each([
    ['#/x~1y~0z/%C3%BC%20%C3%BC', { type: 'string' }],
    ['#/x~1y~0z/ü ü', { type: 'string' }],
  ])('follows %s', ($ref, value) => {
    expect(references.resolve({ $ref })).toEqual(value);
  });

  it.each([
    ['#/a', 'refers to itself'],
    ['#/nothing', 'is not there'],
    ['#/n', 'is not there'],
    ['#/constructor', 'is not there'],
    ['#name', 'only references by path'],
    ['other.json#/a', 'is outside of the document'],
    ['http://127.0.0.1/a', 'is outside of the document'],
    ['file:///etc/passwd', 'is outside of the document'],
  ])('does not follow %s', ($ref, reason) => {
    expect(() => references.resolve({ $ref })).toThrow(UnusableError);
    expect(() => references.resolve({ $ref })).toThrow(reason);
  });

  it('gives up where the work grows too large', () => {
    expect(() => {
      for (let n = 0; n < 100; n += 1) references.spend(100_000);
    }).toThrow(ImportFault);
  });
});

describe('Schemas', () => {
  const schemas = new Schemas(
    new References({
      Tree: { type: 'object', properties: { parent: { $ref: '#/Tree' }, name: text } },
      Loop: { allOf: [{ $ref: '#/Loop' }, { properties: { id: text } }] },
      Base: { type: 'object', required: ['id'], properties: { id: text } },
    }),
  );

  function shape(schema: unknown) {
    const { types, nullable, properties, required } = schemas.shapeOf(schema);
    return {
      types: [...types].join(),
      ...(nullable ? { nullable } : {}),
      ...(properties.size > 0 ? { properties: [...properties.keys()].join() } : {}),
      ...(required.size > 0 ? { required: [...required].join() } : {}),
    };
  }

  it.each<[unknown, object]>([
    [{ type: 'string' }, { types: 'string' }],
    [{ type: ['string', 'null'] }, { types: 'string', nullable: true }],
    [
      { type: 'string', nullable: true },
      { types: 'string', nullable: true },
    ],
    [{ properties: { a: text } }, { types: 'object', properties: 'a' }],
    [{ items: text }, { types: 'array' }],
    [{ $ref: '#/Tree' }, { types: 'object', properties: 'parent,name' }],
    [{ $ref: '#/Loop' }, { types: 'object', properties: 'id' }],
    [
      { allOf: [{ $ref: '#/Base' }, { properties: { a: text } }] },
      { types: 'object', properties: 'id,a', required: 'id' },
    ],
    [
      { $ref: '#/Base', properties: { beside: text } },
      { types: 'object', properties: 'beside,id', required: 'id' },
    ],
    [
      { oneOf: [{ $ref: '#/Base' }, { required: ['id', 'b'], properties: { id: text, b: text } }] },
      { types: 'object', properties: 'id,b', required: 'id' },
    ],
    [{ oneOf: [text, { type: 'null' }] }, { types: 'string', nullable: true }],
    [{ anyOf: [text, { type: 'integer' }] }, { types: 'string,integer' }],
    [{ anyOf: [text, {}] }, { types: '' }],
    [{ $ref: 'elsewhere.json' }, { types: '' }],
    [true, { types: '' }],
    [undefined, { types: '' }],
  ])('of %j', (schema, expected) => {
    expect(shape(schema)).toEqual(expected);
  });

  it('are put together once each, however often they are named', () => {
    const parts = Array.from({ length: 100 }, (_, n): [string, object] => [
      `S${n}`,
      { allOf: Array(10).fill({ $ref: `#/S${n + 1}` }) },
    ]);
    const many = new Schemas(
      new References({ ...Object.fromEntries(parts), S100: { properties: { id: text } } }),
    );
    expect([...many.shapeOf({ $ref: '#/S0' }).properties.keys()]).toEqual(['id']);
  });
});
