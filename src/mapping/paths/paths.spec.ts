import { ExactNumber } from '../../json/exact-number.js';
import { jsonPointer } from '../../common/json-pointer.js';
import { PathEvaluationError, PathSyntaxError } from '../mapping.errors.js';
import { compilePath, findAll } from './paths.js';

function find(path: string, root: unknown): [pointer: string, value: unknown][] {
  return findAll(compilePath(path), root).map(({ location, value }) => [
    jsonPointer(location),
    value,
  ]);
}

const DATA = {
  data: { items: [{ id: 1 }, { id: 2 }] },
  'odd.key': 'odd',
  "it's": 'quoted',
  'a/b~c': { '': 'empty' },
  'First Name': 'Ada',
  '0': 'zero',
  none: null,
};

describe('a dotted path', () => {
  it.each([
    ['', '', DATA],
    ['data.items[1].id', '/data/items/1/id', 2],
    ['data.items.0.id', '/data/items/0/id', 1],
    ['["odd.key"]', '/odd.key', 'odd'],
    ["['odd.key']", '/odd.key', 'odd'],
    ["['it\\'s']", "/it's", 'quoted'],
    ['["\\u0046irst Name"]', '/First Name', 'Ada'],
    ['First Name', '/First Name', 'Ada'],
    ['["a/b~c"][""]', '/a~1b~0c/', 'empty'],
    ['0', '/0', 'zero'],
    ['none', '/none', null],
  ])('%j finds the value at %j', (path, pointer, value) => {
    expect(find(path, DATA)).toEqual([[pointer, value]]);
  });

  it.each([
    'missing',
    'data.missing.deeper',
    'none.x',
    'data.items[2]',
    'data.items.length',
    'data.items["0"]',
    'data[0]',
    '[0]',
    'constructor',
    '__proto__',
    'toString',
    'data.items.map',
    'odd.key.length',
  ])('%j finds nothing', (path) => {
    expect(find(path, DATA)).toEqual([]);
  });

  it('reads own properties with the names of inherited ones', () => {
    const root = JSON.parse('{"__proto__":{"constructor":{"length":{"source":1}}}}') as unknown;
    expect(find('__proto__.constructor.length.source', root)).toEqual([
      ['/__proto__/constructor/length/source', 1],
    ]);
  });

  it('finds nothing inside an exact number', () => {
    const root = { n: new ExactNumber('1e400') };
    expect(find('n.source', root)).toEqual([]);
    expect(find('$.n.source', root)).toEqual([]);
    expect(find('$..source', root)).toEqual([]);
    expect(find('$.n.*', root)).toEqual([]);
  });

  it.each([
    ['.a', 0],
    ['a.', 2],
    ['a..b', 2],
    ['a[', 1],
    ['a[x]', 1],
    ['a[-1]', 1],
    ['a[01]', 1],
    ['a[0]b', 4],
    ['a]', 1],
    ['["a]', 0],
    ['a["b\\x"]', 4],
    ['["\\u12"]', 2],
  ])('%j is refused at position %i', (path, position) => {
    let error: unknown;
    try {
      compilePath(path);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(PathSyntaxError);
    expect(error).toMatchObject({ position });
  });
});

describe('a JSONPath', () => {
  it.each([
    ['$', [['', DATA]]],
    ['$.data.items[-1].id', [['/data/items/1/id', 2]]],
    ["$['odd.key']", [['/odd.key', 'odd']]],
    ['$["0"]', [['/0', 'zero']]],
    ['$.data.items["0"]', []],
    ['$.data.items[-3]', []],
    ['$.data.items.length', []],
  ])('%j is singular and finds what RFC 9535 says', (path, found) => {
    expect(compilePath(path).kind).toBe('singular');
    expect(find(path, DATA)).toEqual(found);
  });

  it('finds several values in order', () => {
    const found = [
      ['/data/items/0/id', 1],
      ['/data/items/1/id', 2],
    ];
    expect(find('$.data.items[*].id', DATA)).toEqual(found);
    expect(find('$..id', DATA)).toEqual(found);
    expect(find('$.data.items[?@.id > 1].id', DATA)).toEqual([found[1]]);
  });

  it('finds more values than the call stack takes arguments', () => {
    const root = { items: Array.from({ length: 200_000 }, (_, id) => ({ id })) };
    expect(find('$.items[*].id', root)).toHaveLength(200_000);
  });

  it('compares exact numbers in filters, and gives them back exact', () => {
    const [big, bigger] = [new ExactNumber('12345678901234567890'), new ExactNumber('1e400')];
    const root = { items: [{ n: big }, { n: bigger }, { n: 1 }] };
    const found = find('$.items[?@.n > 5].n', root);
    expect(found.map(([, value]) => value === big || value === bigger)).toEqual([true, true]);
    expect(find('$.items[?@.n == $.items[0].n]', root)).toHaveLength(1);
    expect(find('$.items[?length(@.n) == 0]', root)).toEqual([]);
  });

  it('refuses data that is too deep for it, with an error of its own', () => {
    let root: unknown = 1;
    for (let i = 0; i < 50_000; i++) root = [root];
    expect(() => find('$..a', root)).toThrow(PathEvaluationError);
    expect(() => find('$[?@.a]', root)).toThrow(PathEvaluationError);
  });

  it.each(['$.', '$[', '$[?foo(@)]', '$.a b', '$a', '$[99999999999999999999]', '$[?@.a==]'])(
    '%j is refused with a position',
    (path) => {
      expect(() => compilePath(path)).toThrow(/^not a valid JSONPath.* at position \d+$/);
    },
  );

  it('says how to write a property whose name begins with $', () => {
    expect(() => compilePath('$id')).toThrow('is written ["$name"]');
    expect(find('["$id"]', { $id: 1 })).toEqual([['/$id', 1]]);
  });
});
