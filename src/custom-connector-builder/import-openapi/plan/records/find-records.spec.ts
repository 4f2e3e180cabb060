import { References } from '../../read/references.js';
import { Schemas } from '../../read/schema-shape.js';
import { findRecords } from './find-records.js';

const record = { type: 'object', properties: { id: { type: 'string' } } };
const records = { type: 'array', items: record };
const integer = { type: 'integer' };
const object = (properties: object) => ({ type: 'object', properties });

function found(schema: unknown, names: string[] = ['pets']): string {
  const list = findRecords(new Schemas(new References({})), schema, names);
  return typeof list === 'string' ? list : `${list.path.join('/')}${list.keyed ? '@' : ''}`;
}

describe('findRecords', () => {
  it.each<[unknown, string]>([
    [records, ''],
    [{ allOf: [records] }, ''],
    [object({ data: records }), 'data'],
    [object({ pets: records, count: integer, next: { type: 'string' } }), 'pets'],
    [object({ animals: records, total: integer }), 'animals'],
    [object({ pet: records, owners: records }), 'pet'],
    [object({ data: object({ items: records }), status: integer }), 'data/items'],
    [object({ data: records, included: records }), 'data'],
    [{ type: 'object', additionalProperties: record }, '@'],
    [object({ data: { type: 'object', additionalProperties: record } }), 'data@'],
    [
      object({ _embedded: object({ pets: records }), page: object({ size: integer }) }),
      '_embedded/pets',
    ],
    [{ oneOf: [object({ data: records }), { type: 'null' }] }, 'data'],
    [{ allOf: [object({ total: integer }), object({ results: records })] }, 'results'],
  ])('finds the list in %j', (schema, path) => {
    expect(found(schema)).toBe(path);
  });

  it.each<[unknown, RegExp]>([
    [object({ name: { type: 'string' }, addresses: records }), /one object/],
    [object({ first: { type: 'string' } }), /one object/],
    [object({ cats: records, dogs: records }), /several lists \(cats, dogs\)/],
    [{ type: 'array', items: { type: 'string' } }, /single values/],
    [{ type: 'array', items: {} }, /not describe/],
    [
      { type: 'array', items: { $ref: 'other.yaml#/Pet' } },
      /needs other.yaml#\/Pet, which is outside/,
    ],
    [{ type: 'string' }, /neither a list nor an object/],
    [undefined, /neither/],
  ])('says why there is none in %j', (schema, reason) => {
    expect(found(schema)).toMatch(reason);
  });
});
