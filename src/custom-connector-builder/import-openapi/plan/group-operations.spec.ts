import { labelOf, type Method, type Operation } from '../read/operation.types.js';
import { groupOperations } from './group-operations.js';

function operations(...calls: string[]): Operation[] {
  return calls.map((call) => {
    const [method = '', path = ''] = call.split(' ');
    return {
      ...{ method: method.toLowerCase() as Method, path, operationId: undefined, parameters: [] },
      ...{ body: undefined, answer: undefined, security: [], servers: undefined },
    };
  });
}

/** Each collection by its list and what is done to its records; what is spare, and why. */
function grouped(...calls: string[]) {
  const spare: string[] = [];
  const isList = ({ path }: Operation): boolean => !path.replace('.json', '').endsWith('}');
  const collections = groupOperations(operations(...calls), isList, (operation, reason) => {
    spare.push(`${labelOf(operation)}: ${reason ?? 'of none'}`);
  });
  const told = collections.map(({ base: _, ...roles }) =>
    Object.fromEntries(
      Object.entries(roles).map(([role, operation]) => [role, labelOf(operation)]),
    ),
  );
  return { collections: told, spare };
}

describe('groupOperations', () => {
  it.each([
    ['/pets', '/pets', '/pets/{id}'],
    ['/pets/', '/pets', '/pets/{petId}'],
    ['/pets', '/pet', '/pet/{id}'],
    ['/pets.json', '/pets.json', '/pets/{id}.json'],
    ['/pets/list', '/pets/create', '/pets/{id}'],
    ['/pet/findByStatus', '/pet', '/pet/{petId}'],
    ['/orgs/{org}/repos', '/orgs/{owner}/repos', '/orgs/{o}/repos/{repo}'],
  ])('puts %s, %s and %s together', (list, create, item) => {
    const calls = [
      `GET ${list}`,
      `POST ${create}`,
      `GET ${item}`,
      `PATCH ${item}`,
      `DELETE ${item}`,
    ];
    const [get, post, one, patch, remove] = calls;
    expect(grouped(...calls)).toEqual({
      collections: [{ list: get, create: post, get: one, update: patch, remove }],
      spare: [],
    });
  });

  it('takes PATCH before PUT before POST, in whatever order they come', () => {
    const { collections, spare } = grouped(
      ...['GET /pets', 'POST /pets/{id}', 'PUT /pets/{id}', 'PATCH /pets/{id}'],
    );
    expect(collections).toEqual([{ list: 'GET /pets', update: 'PATCH /pets/{id}' }]);
    expect(spare).toEqual([
      'POST /pets/{id}: does what PUT /pets/{id} does',
      'PUT /pets/{id}: does what PATCH /pets/{id} does',
    ]);
  });

  it('keeps collections of their own apart, and says what belongs to none', () => {
    expect(
      grouped('GET /pet', 'GET /pets', 'GET /pets/{id}', 'POST /login', 'GET /pets/search'),
    ).toEqual({
      collections: [{ list: 'GET /pet' }, { list: 'GET /pets', get: 'GET /pets/{id}' }],
      spare: ['GET /pets/search: lists what GET /pets lists', 'POST /login: of none'],
    });
  });
});
