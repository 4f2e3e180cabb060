import { References } from '../../read/references.js';
import { Schemas } from '../../read/schema-shape.js';
import { findId } from './find-id.js';

const schemas = new Schemas(new References({}));

function found(names: string[], table: string, parameter?: string, required: string[] = []) {
  const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
  return findId(schemas, { type: 'object', properties, required }, table, parameter);
}

describe('findId', () => {
  it.each<[string[], string, string | undefined, string | undefined]>([
    [['name', 'id'], 'pets', 'petId', 'id'],
    [['petId', 'id'], 'pets', 'petId', 'petId'],
    [['pet_id', 'name'], 'pets', 'petId', 'pet_id'],
    [['sid', 'service_sid'], 'Services', 'Sid', 'sid'],
    [['sid', 'rate_limit'], 'RateLimits', 'RateLimitSid', 'sid'],
    [['sid', 'identity'], 'Entities', 'Identity', 'identity'],
    [['Id', 'Name'], 'accounts', undefined, 'Id'],
    [['_id', 'name'], 'docs', undefined, '_id'],
    [['uuid', 'name'], 'docs', 'whatever', 'uuid'],
    [['product_id', 'display_name'], 'products', undefined, 'product_id'],
    [['name', 'login'], 'orgs', undefined, 'login'],
    [['date', 'open'], 'hours', undefined, 'date'],
    [['price', 'amount'], 'prices', undefined, undefined],
  ])('finds in %j of %s, by %s, %s', (names, table, parameter, id) => {
    expect(found(names, table, parameter)).toBe(id);
  });

  it('takes no list, no object and no flag', () => {
    const properties = {
      id: { type: 'object' },
      key: { type: 'array' },
      code: { type: 'boolean' },
    };
    expect(findId(schemas, { type: 'object', properties }, 'things')).toBeUndefined();
  });
});
