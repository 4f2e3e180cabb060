import {
  LAST,
  META,
  MORE,
  NEXT,
  PAGE_NUMBER,
  PAGES,
  plainName,
  TOTAL,
} from '../../../../completeness/sign-names.js';
import type { Schemas, Shape } from '../../read/schema-shape.js';
import { singularOf } from './singular.js';

/** Where in an answer its records are. */
export interface RecordList {
  /** The names of the members that lead there; none where the answer itself is the list. */
  path: string[];
  /** Of one record. */
  schema: unknown;
  /** Whether they are the members of an object, each under its key. */
  keyed: boolean;
}

/** Members of an answer that hold the list, or the object around it. */
const LISTS = new Set([
  ...['data', 'items', 'results', 'records', 'values', 'entries', 'value', 'rows', 'list'],
  ...['elements', 'content', 'hits', 'collection', 'docs', 'objects', 'nodes', 'resources'],
]);
const WRAPPERS = new Set([
  ...['data', 'result', 'response', 'embedded', 'payload', 'body', 'results', 'content', 'hits'],
]);
/** Members that tell of a page, or of how the request went. */
const ASIDE = new Set([
  ...['limit', 'offset', 'count', 'size', 'perpage', 'pagesize', 'links', 'self', 'first', 'prev'],
  ...['previous', 'success', 'status', 'code', 'message', 'object', 'type', 'kind', 'etag', 'href'],
  ...['url', 'uri', 'version', 'errors', 'error', 'warnings', 'included', 'facets', 'requestid'],
  ...['timestamp', 'ok', 'key', 'jsonapi', 'skip', 'start', 'took', 'timedout', 'currentpage'],
  ...['previouspage', 'from', 'to', 'query', 'sort', 'order', 'filters', 'aggregations', 'took'],
  ...['cursor', 'hasprevious', 'hasprev', 'haspreviouspage', 'empty', 'numberofelements', 'number'],
  ...['pageable', 'lastpageurl', 'firstpageurl', 'prevpageurl', 'path', 'context', 'odatacontext'],
]);
const MOST_DEPTH = 3;

/**
 * The list of records in an answer of this schema: an array of objects, or an object of objects,
 * alone or beside what tells of the page. A text says why there is none. `names` are those that the
 * list may have, such as the last word of the path.
 */
export function findRecords(
  schemas: Schemas,
  schema: unknown,
  names: readonly string[],
): RecordList | string {
  const wanted = new Set(names.map(singularOf));
  return new RecordSearch(schemas, wanted).search(schema, []);
}

class RecordSearch {
  constructor(
    private readonly schemas: Schemas,
    private readonly names: ReadonlySet<string>,
  ) {}

  search(schema: unknown, path: string[]): RecordList | string {
    const shape = this.schemas.shapeOf(schema);
    if (shape.types.has('array')) return this.ofArray(shape, path);
    if (!isObject(shape)) {
      return this.schemas.whyUnknown(schema) ?? 'answers neither a list nor an object';
    }
    const keyed = this.ofKeys(shape, path);
    if (keyed) return keyed;
    const lists = this.lists(shape);
    const [list] = lists.length === 1 ? lists : lists.filter(([name]) => this.isNamed(name));
    if (list) return this.search(list[1], [...path, list[0]]);
    if (lists.length > 1) {
      const told = lists
        .map(([name]) => name)
        .slice(0, 5)
        .join(', ');
      return `answers several lists (${told}), and nothing says which one it is about`;
    }
    return this.inWrapper(shape, path) ?? 'answers one object, not a list of records';
  }

  private ofArray(shape: Shape, path: string[]): RecordList | string {
    const element = this.schemas.shapeOf(shape.items);
    if (isObject(element)) return { path, schema: shape.items, keyed: false };
    if (element.types.size > 0) return 'answers a list of single values, not of records';
    const why = this.schemas.whyUnknown(shape.items);
    return why ?? 'answers a list and does not describe what is in it';
  }

  /** An object of records has no members of its own, but some that tell of the page. */
  private ofKeys(shape: Shape, path: string[]): RecordList | undefined {
    if (!shape.additional || [...shape.properties.keys()].length > 0) return undefined;
    const element = this.schemas.shapeOf(shape.additional);
    if (!isObject(element) || element.properties.size === 0) return undefined;
    return { path, schema: shape.additional, keyed: true };
  }

  /** The lists beside which there is nothing that a record would have. */
  private lists(shape: Shape): [name: string, schema: unknown][] {
    const lists: [string, unknown][] = [];
    let own = 0;
    for (const [name, schema] of shape.properties) {
      const member = this.schemas.shapeOf(schema);
      if (isAside(name) && !this.isNamed(name)) continue;
      if (this.holdsRecords(member)) lists.push([name, schema]);
      else if (!WRAPPERS.has(plainName(name))) own += 1;
    }
    if (own === 0) return lists;
    return lists.filter(([name]) => LISTS.has(plainName(name)) || this.isNamed(name));
  }

  private holdsRecords(member: Shape): boolean {
    if (member.types.has('array')) return isObject(this.schemas.shapeOf(member.items));
    return isObject(member) && this.ofKeys(member, []) !== undefined;
  }

  private inWrapper(shape: Shape, path: string[]): RecordList | undefined {
    if (path.length >= MOST_DEPTH) return undefined;
    for (const [name, schema] of shape.properties) {
      if (!WRAPPERS.has(plainName(name)) && !this.isNamed(name)) continue;
      const found = this.search(schema, [...path, name]);
      if (typeof found !== 'string') return found;
    }
    return undefined;
  }

  private isNamed(name: string): boolean {
    return this.names.has(singularOf(name));
  }
}

/** Whether values are objects, as far as is known. */
export function isObject(shape: Shape): boolean {
  return shape.types.has('object') && !shape.types.has('array');
}

function isAside(name: string): boolean {
  const plain = plainName(name);
  if (LISTS.has(plain)) return false;
  return [ASIDE, META, NEXT, MORE, LAST, TOTAL, PAGE_NUMBER, PAGES].some((set) => set.has(plain));
}
