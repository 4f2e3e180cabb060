import type { FieldDraft } from '../fields/field-draft.js';
import { idRank, shortPlainName } from '../records/record-names.js';
import { wordsOf } from '../fields/words.js';

/** Names that tell records apart where there is no id, the likeliest first. */
const CODE_NAMES = ['identifier', 'slug', 'sku', 'code', 'symbol', 'handle', 'isbn', 'ts', 'dt'];
const OTHER_NAMES = [
  ...[
    'timestamp',
    'time',
    'datetime',
    'date',
    'number',
    'email',
    'username',
    'login',
    'url',
    'uri',
  ],
  ...['href', 'self', 'name', 'title'],
];
/** What follows the name of a thing in the name of its id: `order_id`, `orderNumber`. */
const ID_ENDINGS = ['id', 'uuid', 'key', 'number', 'no', 'code'];

const BY_STANDING = { own: 0, contained: 30, nested: 200 };
const TEXT_RANK = 500;
const NUMBER_RANK = 600;
const TIME_RANK = 900;

/**
 * The fields that could be the id of a record, the likeliest first: by their names alone. Each is a
 * text or a whole number in all of so many records. `listName` is the name of the list, as `orders`.
 */
export function rankIds(
  drafts: readonly FieldDraft[],
  records: number,
  listName: string,
): FieldDraft[] {
  const entity = singular(shortPlainName(listName));
  return drafts
    .filter(({ shape }) => shape && shape.counts.string + shape.counts.number === records)
    .filter(({ shape }) => shape?.scalars?.integers === true)
    .map((draft, index) => ({ draft, index, rank: rankOf(draft, entity) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ draft }) => draft);
}

function rankOf(draft: FieldDraft, entity: string): number {
  const step = draft.steps.at(-1) ?? '';
  // A cell of a row has its name from the header.
  const name = typeof step === 'number' ? (draft.label.at(-1) ?? '') : step;
  const deeper = BY_STANDING[draft.standing];
  const asId = idRank(name);
  if (asId !== undefined) return deeper + asId;
  const plain = shortPlainName(name);
  if (entity !== '' && ID_ENDINGS.some((ending) => plain === entity + ending)) return deeper + 20;
  const asCode = CODE_NAMES.indexOf(plain);
  if (asCode !== -1) return deeper + 100 + asCode;
  if (['id', 'uuid', 'guid'].includes(wordsOf(name).at(-1) ?? '')) return deeper + 120;
  const asOther = OTHER_NAMES.indexOf(plain);
  if (asOther !== -1) return deeper + 150 + asOther;
  if (draft.type === 'timestamp') return deeper + TIME_RANK;
  const isText = typeof step === 'number' || draft.shape?.counts.number === 0;
  return deeper + (isText ? TEXT_RANK : NUMBER_RANK);
}

function singular(name: string): string {
  if (name.endsWith('ies')) return `${name.slice(0, -3)}y`;
  return name.endsWith('s') ? name.slice(0, -1) : name;
}
