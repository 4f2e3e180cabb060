import { plainName } from '../../../../completeness/sign-names.js';
import type { Schemas } from '../../read/schema-shape.js';
import { isObject } from './find-records.js';
import { singularOf } from './singular.js';

/** Names that are made to tell records apart, the surest first. */
const IDS = ['id', 'uuid', 'guid', 'sid', 'uid', 'gid', 'key', 'identifier', 'slug', 'code'];
/** Names that do so often enough where there is nothing else. */
const NAMES = [
  'login',
  'username',
  'handle',
  'number',
  'symbol',
  'email',
  'name',
  'date',
  'href',
  'url',
];

/**
 * The member of records that is their id: the one that the parameter of the record's own path means,
 * else one of a known name. `table` is the last word of the list's path. Undefined where there is none.
 */
export function findId(
  schemas: Schemas,
  record: unknown,
  table: string,
  parameter?: string,
): string | undefined {
  const { properties, required } = schemas.shapeOf(record);
  const scalars = [...properties].filter(([, schema]) => {
    const shape = schemas.shapeOf(schema);
    return !isObject(shape) && !shape.types.has('array') && !shape.types.has('boolean');
  });
  const names = scalars.map(([name]) => name);
  const called = (plain: string): string | undefined =>
    names.find((name) => name === plain) ?? names.find((name) => plainName(name) === plain);
  const first = (plains: string[]): string | undefined => {
    for (const plain of plains) {
      const name = called(plain);
      if (name !== undefined) return name;
    }
    return undefined;
  };
  if (parameter !== undefined) {
    const meant = names.includes(parameter) ? parameter : first(meaningsOf(parameter));
    if (meant !== undefined) return meant;
  }
  const own = singularOf(table);
  return (
    first([...IDS.slice(0, 6), ...IDS.slice(0, 6).map((id) => own + id), ...IDS.slice(6)]) ??
    names.find((name) => required.has(name) && /(_id|Id|ID)$/.test(name)) ??
    first(NAMES.filter((name) => required.has(called(name) ?? ''))) ??
    first(NAMES)
  );
}

/** What a parameter such as `petId`, `pet_id` or `ServiceSid` may be called in a record. */
function meaningsOf(parameter: string): string[] {
  const words = parameter.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[^A-Za-z0-9]+/);
  const plain = words.map((word) => word.toLowerCase());
  const tails = plain.map((_, at) => plain.slice(at).join(''));
  const known = IDS.filter((id) => tails[0]?.endsWith(id));
  return [...tails, ...known];
}
