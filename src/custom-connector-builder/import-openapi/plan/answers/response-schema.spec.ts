import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { References } from '../../read/references.js';
import { responseSchema } from './response-schema.js';

const components = {
  schemas: {
    Tree: {
      type: 'object',
      properties: { id: { type: 'integer' }, parent: { $ref: '#/components/schemas/Tree' } },
    },
    'odd name': { type: 'string' },
  },
};
const in30 = new References({ openapi: '3.0.0', components });
const in31 = new References({ openapi: '3.1.0', components });

function accepts(schema: object, value: unknown): boolean {
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  return ajv.validate(schema, value);
}

describe('responseSchema', () => {
  it.each<[unknown, object | undefined]>([
    [{ type: 'string', nullable: true }, { anyOf: [{ type: 'string' }, { type: 'null' }] }],
    [
      { type: 'integer', minimum: 1, exclusiveMinimum: true },
      { type: 'integer', exclusiveMinimum: 1 },
    ],
    [
      { type: 'integer', maximum: 1, exclusiveMaximum: false },
      { type: 'integer', maximum: 1 },
    ],
    [{ type: 'string', pattern: '(a+)+$', example: 'x', description: 'x' }, { type: 'string' }],
    [
      { oneOf: [{ type: 'string' }, { type: 'integer' }] },
      { anyOf: [{ type: 'string' }, { type: 'integer' }] },
    ],
    [{ type: 'object', additionalProperties: false }, { type: 'object' }],
    [
      {
        type: 'object',
        required: ['a', 'b'],
        properties: { a: { type: 'string', writeOnly: true }, b: { type: 'string' } },
      },
      {
        type: 'object',
        properties: { a: { type: 'string' }, b: { type: 'string' } },
        required: ['b'],
      },
    ],
    [{ enum: ['a', null] }, { enum: ['a', null] }],
    [{ enum: ['a', { b: 1 }] }, undefined],
    [{ $ref: 'https://elsewhere.example/a' }, undefined],
    [{}, undefined],
    [true, undefined],
  ])('of %j is %j', (schema, expected) => {
    expect(responseSchema(in30, schema)).toEqual(expected);
  });

  it('keeps what is referred to beside it, circles too', () => {
    const schema = responseSchema(in30, {
      type: 'array',
      items: { $ref: '#/components/schemas/Tree' },
    });
    expect(schema).toEqual({
      type: 'array',
      items: { $ref: '#/$defs/Tree' },
      $defs: {
        Tree: {
          type: 'object',
          properties: { id: { type: 'integer' }, parent: { $ref: '#/$defs/Tree' } },
        },
      },
    });
    expect(accepts(schema ?? {}, [{ id: 1, parent: { id: 2 } }])).toBe(true);
    expect(accepts(schema ?? {}, [{ id: 1, parent: { id: 'x' } }])).toBe(false);
  });

  it('heeds what stands beside a reference in 3.1 alone', () => {
    const schema = { $ref: '#/components/schemas/odd%20name', maxLength: 3 };
    expect(responseSchema(in30, schema)).toMatchObject({ $ref: '#/$defs/odd_20name' });
    expect(responseSchema(in31, schema)).toMatchObject({
      allOf: [{ $ref: '#/$defs/odd_20name' }, { maxLength: 3 }],
    });
  });

  it('is left out where it would be vast', () => {
    const properties = Object.fromEntries(
      Array.from({ length: 6_000 }, (_, n) => [`p${n}`, { type: 'string' }]),
    );
    expect(responseSchema(in30, { type: 'object', properties })).toBeUndefined();
  });
});
