/** Parts that documents have in common. */

export const ok = (schema: object, headers: object = {}) => ({
  200: { description: 'OK', headers, content: { 'application/json': { schema } } },
});
export const body = (schema: object, type = 'application/json') => ({
  required: true,
  content: { [type]: { schema } },
});
export const inPath = (name: string, type = 'string') => ({
  ...{ name, in: 'path', required: true, schema: { type } },
});
export const inQuery = (name: string, schema: object = { type: 'string' }, more: object = {}) => ({
  ...{ name, in: 'query', schema },
  ...more,
});
export const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
export const list = (schema: object) => ({ type: 'array', items: schema });
