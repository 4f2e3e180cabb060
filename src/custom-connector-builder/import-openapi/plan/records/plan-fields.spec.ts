import { References } from '../../read/references.js';
import { Schemas } from '../../read/schema-shape.js';
import { planFields, typeOf } from './plan-fields.js';

const schemas = new Schemas(new References({ a: { $ref: '#/a' } }));

describe('typeOf', () => {
  it.each([
    [{ type: 'string' }, 'text'],
    [{ type: 'string', format: 'date-time' }, 'timestamp'],
    [{ type: 'string', format: 'date' }, 'timestamp'],
    [{ type: 'integer', format: 'int64' }, 'numeric'],
    [{ type: 'integer', format: 'unix-time' }, 'timestamp'],
    [{ type: ['number', 'null'] }, 'numeric'],
    [{ type: 'boolean', nullable: true }, 'boolean'],
    [{ enum: ['a', 'b'] }, 'text'],
    [{ type: ['string', 'integer'] }, 'text'],
    [{ oneOf: [{ type: 'string' }, { type: 'null' }] }, 'text'],
    [{ anyOf: [{ type: 'string' }, { type: 'object' }] }, 'jsonb'],
    [{ type: 'array', items: { type: 'integer' } }, 'numeric[]'],
    [{ type: 'array', items: { type: 'string', format: 'date' } }, 'text[]'],
    [{ type: 'array', items: { type: 'object' } }, 'jsonb'],
    [{ type: 'array' }, 'jsonb'],
    [{ type: 'object' }, 'jsonb'],
    [{}, 'jsonb'],
    [true, 'jsonb'],
    [{ $ref: '#/a' }, 'jsonb'],
    [{ $ref: 'https://elsewhere.example/schema' }, 'jsonb'],
  ])('takes %j for %s', (schema, type) => {
    expect(typeOf(schemas, schema)).toBe(type);
  });
});

describe('planFields', () => {
  const record = {
    type: 'object',
    properties: {
      id: { type: 'string' },
      address: {
        type: 'object',
        properties: { city: { type: 'string' }, zip: { type: 'string' } },
      },
      owner: { type: 'object', properties: { name: { type: 'string' }, pets: { type: 'array' } } },
      labels: { type: 'object', additionalProperties: { type: 'string' } },
      attributes: {
        type: 'object',
        properties: { title: { type: 'string' }, id: { type: 'string' } },
      },
      constructor: { type: 'object', properties: { name: { type: 'string' } } },
      password: { type: 'string', writeOnly: true },
      'odd.name\0': { type: 'string' },
    },
  };
  Object.defineProperty(record.properties, '__proto__', {
    value: { type: 'string' },
    enumerable: true,
  });

  it('flattens small objects of single values, and what is only around a record', () => {
    const names = planFields(schemas, record, true).map(({ name, path }) => [name, path.join('|')]);
    expect(names).toEqual([
      ['id', 'id'],
      ['address.city', 'address|city'],
      ['address.zip', 'address|zip'],
      ['owner', 'owner'],
      ['labels', 'labels'],
      ['title', 'attributes|title'],
      ['attributes.id', 'attributes|id'],
      ['constructor', 'constructor'],
    ]);
  });

  it('takes members as they are where it is told so', () => {
    expect(planFields(schemas, record, false).map(({ name }) => name)).toEqual([
      ...['id', 'address', 'owner', 'labels', 'attributes', 'constructor'],
    ]);
  });
});
