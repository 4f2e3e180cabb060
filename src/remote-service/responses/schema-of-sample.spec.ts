import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { ResponseSchema } from './response-schema.js';
import { schemaOfSample } from './schema-of-sample.js';

describe('schemaOfSample', () => {
  it('merges the elements of an array', () => {
    const sample = [
      { id: 1, price: 2.5, tags: [], of: { a: 'x' } },
      { id: 2, price: null, tags: ['new', 7], of: { b: true } },
    ];
    expect(schemaOfSample(sample)).toEqual({
      type: 'array',
      items: {
        type: 'object',
        properties: {
          id: { type: 'number' },
          price: { type: ['null', 'number'] },
          tags: { type: 'array', items: { type: ['number', 'string'] } },
          of: {
            type: 'object',
            properties: { a: { type: 'string' }, b: { type: 'boolean' } },
            required: [],
          },
        },
        required: ['id', 'price', 'tags', 'of'],
      },
    });
  });

  it('says nothing of what it has not seen', () => {
    expect(schemaOfSample([])).toEqual({ type: 'array', items: {} });
    expect(schemaOfSample([null])).toEqual({ type: 'array', items: {} });
  });

  const name = fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom('constructor', 'a~/b', ''));
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(null, true, false, 0, -1.5, 'x', '2026-01-01'),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(name, tie('value'), { maxKeys: 4 }),
    ),
  })).value;

  it('makes a schema that the sample obeys', () => {
    fc.assert(
      fc.property(fc.array(json, { maxLength: 5 }), (sample) => {
        const ajv = new Ajv2020({ strict: true, strictTypes: false, ownProperties: true });
        expect(ajv.validate(schemaOfSample(sample), sample)).toBe(true);
        const read = ResponseSchema.read(sample) as ResponseSchema;
        expect(read.check(Buffer.from(JSON.stringify(sample)))).toEqual({ faults: [] });
      }),
      { numRuns: 100 },
    );
  });

  it('makes one that a sample without some required member breaks', () => {
    const records = fc.array(fc.record({ id: fc.integer(), constructor: fc.string() }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(records, fc.constantFrom('id', 'constructor'), (sample, left) => {
        const ajv = new Ajv2020({ ownProperties: true });
        const broken = sample.map((record) =>
          Object.fromEntries(Object.entries(record).filter(([key]) => key !== left)),
        );
        expect(ajv.validate(schemaOfSample(sample), broken)).toBe(false);
      }),
      { numRuns: 30 },
    );
  });
});
