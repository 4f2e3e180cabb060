import type { PgType } from '../../../mapping/mapping.types.js';
import type { SampleShape } from '../../../remote-service/responses/sample-shape.js';
import type { ScalarEvidence } from './scalar-evidence.js';
import { wordsOf } from './words.js';

export type Shape = SampleShape<ScalarEvidence>;

/** Words of names whose texts of digits are no quantities. */
const CODE_WORDS = new Set([
  ...[
    'account',
    'barcode',
    'bic',
    'code',
    'ean',
    'fax',
    'gid',
    'gtin',
    'guid',
    'hash',
    'iban',
    'id',
    'ids',
  ],
  ...[
    'isbn',
    'key',
    'mobile',
    'no',
    'nr',
    'number',
    'phone',
    'phonenumber',
    'pin',
    'postal',
    'postalcode',
  ],
  ...[
    'postcode',
    'ref',
    'reference',
    'serial',
    'sid',
    'sku',
    'ssn',
    'tel',
    'telephone',
    'tin',
    'token',
  ],
  ...['uid', 'upc', 'uuid', 'vat', 'version', 'zip', 'zipcode'],
]);

/** Words that say, anywhere in a name, that it is about a time. */
const TIME_WORDS = new Set([
  ...[
    'closed',
    'completed',
    'created',
    'createdate',
    'date',
    'datetime',
    'deleted',
    'ended',
    'expired',
  ],
  ...[
    'expires',
    'finished',
    'modified',
    'opened',
    'published',
    'seen',
    'started',
    'sunrise',
    'sunset',
  ],
  ...['time', 'timestamp', 'updated'],
]);
/** Words that say so at the end of a name. */
const LAST_TIME_WORDS = new Set([
  ...[
    'at',
    'ctime',
    'dt',
    'due',
    'end',
    'epoch',
    'expiry',
    'mtime',
    'on',
    'since',
    'start',
    'ts',
    'until',
  ],
]);

/**
 * The type that takes all values that were seen at a place, none of them becoming null. The label is
 * the place's name, after the name of what holds it where that matters. Where only
 * nulls were seen it is `jsonb`, which takes whatever may come.
 */
export function chooseType(label: readonly string[], shape: Shape): PgType {
  const { counts } = shape;
  if (counts.object > 0) return 'jsonb';
  if (counts.array > 0) {
    const scalars = counts.boolean + counts.number + counts.string;
    return scalars > 0 ? 'jsonb' : listType(shape.items);
  }
  const kinds = (['boolean', 'number', 'string'] as const).filter((kind) => counts[kind] > 0);
  if (kinds.length === 0) return 'jsonb';
  if (kinds.includes('boolean')) return kinds.length === 1 ? 'boolean' : 'text';
  return scalarType(label, shape.scalars);
}

/** Of elements; times have no list type. */
function listType(items: Shape | undefined): PgType {
  if (!items) return 'jsonb';
  const { boolean, number, string, array, object } = items.counts;
  if (array + object > 0 || boolean + number + string === 0) return 'jsonb';
  if (string === 0 && number === 0) return 'boolean[]';
  return string === 0 && boolean === 0 ? 'numeric[]' : 'text[]';
}

function scalarType(label: readonly string[], seen: ScalarEvidence | undefined): PgType {
  if (!seen) return 'text';
  const isCode = label.flatMap(wordsOf).some((word) => CODE_WORDS.has(word));
  const isTime = !isCode && tellsTime(label.at(-1) ?? '');
  if (seen.texts === 0) return isTime && seen.epochs ? 'timestamp' : 'numeric';
  if (seen.numbers > 0) return seen.decimals && !isCode ? 'numeric' : 'text';
  if (seen.times || (isTime && seen.epochTexts)) return 'timestamp';
  if (seen.decimals && !isCode) return 'numeric';
  return seen.booleans ? 'boolean' : 'text';
}

function tellsTime(name: string): boolean {
  const words = wordsOf(name);
  return words.some((word) => TIME_WORDS.has(word)) || LAST_TIME_WORDS.has(words.at(-1) ?? '');
}
