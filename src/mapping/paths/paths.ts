import {
  JSONPathError,
  type JSONPathQuery,
  JSONPathEnvironment,
  type JSONValue,
  jsonpath,
} from 'json-p3';

import { ExactNumber } from '../../json/exact-number.js';
import type { Location } from '../../common/json-pointer.js';
import { PathEvaluationError, PathSyntaxError } from '../mapping.errors.js';
import { parseDottedPath } from './parse-dotted-path.js';
import { locate, readPath, type SingularPath, type Step, stepOf } from './read-path.js';

/** A value and where it was found. */
export interface Found {
  value: unknown;
  location: Location;
}

/** A JSONPath that may have more than one result. */
export interface QueryPath {
  kind: 'query';
  source: string;
  query: JSONPathQuery;
}

export type CompiledPath = SingularPath | QueryPath;

/** Deep enough for any real document, and far from the end of the call stack. */
const environment = new JSONPathEnvironment({ maxRecursionDepth: 1_000 });

/**
 * Compiles a path: one that starts with `$` is RFC 9535 JSONPath, any other a dotted path. Throws
 * PathSyntaxError.
 */
export function compilePath(source: string): CompiledPath {
  if (!source.startsWith('$')) return { kind: 'singular', source, steps: parseDottedPath(source) };
  const query = compileQuery(source);
  if (!query.singularQuery()) return { kind: 'query', source, query };
  const steps = query.segments.map(({ selectors: [selector] }): Step => {
    if (selector instanceof jsonpath.selectors.NameSelector)
      return stepOf(selector.name, undefined);
    if (selector instanceof jsonpath.selectors.IndexSelector)
      return stepOf(undefined, selector.index);
    throw new PathSyntaxError('not a valid JSONPath (RFC 9535)');
  });
  return { kind: 'singular', source, steps };
}

function compileQuery(source: string): JSONPathQuery {
  try {
    return environment.compile(source);
  } catch (error) {
    const hint = /^\$[\w$]/.test(source)
      ? '; a property whose name begins with "$" is written ["$name"]'
      : '';
    const position = error instanceof JSONPathError ? error.token.index : undefined;
    throw new PathSyntaxError(`not a valid JSONPath (RFC 9535)${hint}`, position, { cause: error });
  }
}

/**
 * All that a path finds, in order, with its place. A filter compares an ExactNumber as a double.
 * Throws PathEvaluationError where the data is too deep or too large.
 */
export function findAll(path: CompiledPath, root: unknown): Found[] {
  if (path.kind === 'singular') {
    const value = readPath(path, root);
    return value === undefined ? [] : [{ value, location: locate(path, root) }];
  }
  try {
    const searched = path.source.includes('?') ? withDoubles(root) : root;
    // The lazy form: the eager one passes whole lists as arguments, which overflows the stack.
    const found = Array.from(path.query.lazyQuery(searched as JSONValue));
    if (searched === root) return found;
    return found.map(({ location }) => ({ value: valueAt(root, location), location }));
  } catch (error) {
    throw new PathEvaluationError(path.source, { cause: error });
  }
}

/** The same data with a double for each ExactNumber, whose digits JSONPath can't see. */
function withDoubles(value: unknown): unknown {
  if (!holdsExact(value)) return value;
  if (value instanceof ExactNumber) return Number(value.source);
  if (Array.isArray(value)) return value.map(withDoubles);
  const copy = { ...(value as Record<string, unknown>) };
  for (const key of Object.keys(copy)) copy[key] = withDoubles(copy[key]);
  return copy;
}

function holdsExact(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof ExactNumber) return true;
  if (Array.isArray(value)) return value.some(holdsExact);
  const members = value as Record<string, unknown>;
  for (const key in members) if (holdsExact(members[key])) return true;
  return false;
}

function valueAt(root: unknown, location: Location): unknown {
  return location.reduce<unknown>(
    (value, part) => (value as Record<string | number, unknown>)[part],
    root,
  );
}
