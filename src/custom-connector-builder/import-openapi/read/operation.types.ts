export const METHODS = [
  ...(['get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'trace'] as const),
] as const;
export type Method = (typeof METHODS)[number];

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header' | 'cookie';
  required: boolean;
  schema: unknown;
  description: string;
  /** The document's own example; undefined where it has none. */
  example: unknown;
  /** What stands between the elements of an array; undefined where each is a parameter of its own. */
  separator: ',' | ' ' | '|' | '\t' | undefined;
}

/** Bodies by media type, in the document's order; a schema may be undefined. */
export type Contents = ReadonlyMap<string, unknown>;

export interface Answer {
  contents: Contents;
  /** In lower case. */
  headers: ReadonlySet<string>;
}

/** One operation of a document, whatever its version. */
export interface Operation {
  method: Method;
  path: string;
  operationId: string | undefined;
  parameters: Parameter[];
  body: { required: boolean; contents: Contents } | undefined;
  /** The answer to a success; undefined where none is described. */
  answer: Answer | undefined;
  /** Its own security requirements, or those of the whole document. */
  security: unknown[];
  /** Where it has servers of its own. */
  servers: unknown;
}

/** How an operation is called in an answer: `GET /pets (listPets)`. */
export function labelOf(operation: Pick<Operation, 'method' | 'path' | 'operationId'>): string {
  const { method, path, operationId } = operation;
  const call = `${method.toUpperCase()} ${path}`;
  return operationId === undefined ? call : `${call} (${operationId})`;
}
