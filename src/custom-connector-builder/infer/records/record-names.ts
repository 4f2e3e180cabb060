import { META, plainName } from '../../../completeness/sign-names.js';

/** A longer name is none that anybody gave, and would take long to compare. */
const LONGEST = 100;

/** Names, as `plainName` has them, that only say that something is a list of records or holds one. */
const LIST_NAMES = new Set([
  ...['children', 'content', 'data', 'docs', 'documents', 'edges', 'elements', 'entries', 'entry'],
  ...['features', 'hits', 'items', 'list', 'nodes', 'objects', 'payload', 'records', 'resources'],
  ...['response', 'result', 'results', 'rows', 'value', 'values'],
]);

/** Names of lists that stand beside records and tell of them. */
const SIDE_NAMES = new Set([
  ...['aggregations', 'breadcrumbs', 'columns', 'errors', 'facets', 'fields', 'filters', 'headers'],
  ...['included', 'includes', 'schema', 'shards', 'sort', 'warnings'],
]);

/** What else envelopes hold beside a record, or a list of texts or numbers. */
const ENVELOPE_NAMES = new Set([
  ...['code', 'count', 'kind', 'message', 'object', 'ok', 'status', 'success', 'total', 'type'],
  ...['apiversion', 'error', 'requestid', 'statuscode', 'time', 'timestamp', 'traceid', 'version'],
]);

/** Members in which records keep their data. */
const CONTAINER_NAMES = new Set([
  ...[
    '_source',
    'attributes',
    'data',
    'document',
    'fields',
    'node',
    'properties',
    'resource',
    'sys',
  ],
]);

/** Names of ids, the likeliest first. */
const ID_NAMES = ['id', 'uuid', 'guid', 'gid', 'sid', 'uid', 'key', 'pk', 'objectid', 'recordid'];

/** A name as `plainName` has it; empty where it is too long for one. */
export function shortPlainName(name: string): string {
  return name.length > LONGEST ? '' : plainName(name);
}

/** Whether a list of this name is most likely the records, whatever they are. */
export function isListName(name: string): boolean {
  return LIST_NAMES.has(shortPlainName(name));
}

/** Whether what has this name tells of the records or of the page. */
export function isSideName(name: string): boolean {
  const plain = shortPlainName(name);
  return META.has(plain) || SIDE_NAMES.has(plain);
}

/** Whether a member of this name says nothing but how the request went. */
export function isEnvelopeName(name: string): boolean {
  return isSideName(name) || ENVELOPE_NAMES.has(shortPlainName(name));
}

/** Whether a record's data is in a member of this name, and not in the record itself. */
export function isContainerName(name: string): boolean {
  return name.length <= LONGEST && CONTAINER_NAMES.has(name.toLowerCase());
}

/** How likely a name is that of an id: 0 for the likeliest; undefined where it is none. */
export function idRank(name: string): number | undefined {
  const rank = ID_NAMES.indexOf(shortPlainName(name));
  if (rank === -1) return undefined;
  return name === 'id' ? 0 : rank + 1;
}

/** The name under which an object has a text or number that is its id; undefined where there is none. */
export function ownIdName(record: Record<string, unknown>): string | undefined {
  return ['id', '_id', 'uuid', 'guid', 'gid', 'sid', 'Id', 'ID', '@id'].find((name) => {
    const value = Object.hasOwn(record, name) ? record[name] : undefined;
    return (typeof value === 'string' && value !== '') || typeof value === 'number';
  });
}

/** Whether an object has an id of its own. */
export function hasOwnId(record: Record<string, unknown>): boolean {
  return ownIdName(record) !== undefined;
}
