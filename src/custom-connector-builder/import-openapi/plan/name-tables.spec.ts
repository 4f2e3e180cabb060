import { nameTables } from './name-tables.js';

describe('nameTables', () => {
  it.each([
    [
      ['v1/pets', 'v1/orders'],
      ['pets', 'orders'],
    ],
    [
      ['shop/items', 'blog/items', 'items'],
      ['shop_items', 'blog_items', 'items'],
    ],
    [
      ['a/{}/b', 'c/{}/b'],
      ['a_b', 'c_b'],
    ],
    [
      ['pets', 'pets'],
      ['pets', 'pets_2'],
    ],
    [
      ['__proto__', 'constructor', 'toString'],
      ['proto', 'constructor_', 'toString_'],
    ],
    [
      ["x';alert(1)", '%00', ''],
      ['x_alert_1', '00', 'records'],
    ],
  ])('of %j are %j', (paths, names) => {
    expect(nameTables(paths.map((path) => path.split('/')))).toEqual(names);
  });
});
