import { chooseType, type Shape } from './choose-type.js';
import type { FieldDraft, Standing } from './field-draft.js';
import { isContainerName } from '../records/record-names.js';
import { openTypedProperty } from './open-typed-property.js';
import { type Steps, writeDottedPath } from '../write-path.js';

/** An object of more members, or whose members are not always the same, stays one value. */
const MOST_FLATTENED = 8;

/** What a mapping takes. */
export const MOST_FIELDS = 1_000;
/** A longer path is no name that anybody gave. */
const LONGEST_PATH = 500;

/**
 * The fields of records of this shape, in their order, at most 1,000. Members that hold a record's
 * data (`fields`, `attributes`, `node`) give theirs; of other objects small ones do, whose members
 * are scalars and always the same.
 */
export function chooseFields(record: Shape): FieldDraft[] {
  const drafts: FieldDraft[] = [];
  if (record.counts.object === 0) {
    if (record.seen > 0) drafts.push(draftOf([], 'own', ['value'], record));
    return drafts;
  }
  for (const [name, shape] of record.members) {
    if (isOnlyObjects(shape) && isContainerName(name) && shape.members.size > 0) {
      for (const [inner, innerShape] of shape.members) {
        drafts.push(...draftsOf([name, inner], 'contained', inner, innerShape));
      }
    } else {
      drafts.push(...draftsOf([name], 'own', name, shape));
    }
  }
  return drafts.filter(({ path }) => path.length <= LONGEST_PATH).slice(0, MOST_FIELDS);
}

function draftsOf(steps: Steps, standing: Standing, name: string, shape: Shape): FieldDraft[] {
  if (!isOnlyObjects(shape)) return [draftOf(steps, standing, [name], shape)];
  const typed = standing === 'contained' ? openTypedProperty(steps, name, shape) : undefined;
  if (typed) return [typed];
  if (!isSmall(shape)) return [draftOf(steps, standing, [name], shape)];
  const alone = shape.members.size === 1;
  // A single flag is more likely a member of a set, as in `{ bo: true }`, than a property.
  if (alone && [...shape.members.values()].every(({ counts }) => counts.boolean > 0)) {
    return [draftOf(steps, standing, [name], shape)];
  }
  return [...shape.members].map(([inner, innerShape]) =>
    draftOf([...steps, inner], 'nested', alone ? [name] : [name, inner], innerShape),
  );
}

function isOnlyObjects({ counts, seen }: Shape): boolean {
  return counts.object > 0 && counts.object + counts.null === seen;
}

function isSmall({ members, counts }: Shape): boolean {
  return (
    members.size > 0 &&
    members.size <= MOST_FLATTENED &&
    [...members.values()].every(
      (member) => member.seen === counts.object && member.counts.object + member.counts.array === 0,
    )
  );
}

function draftOf(steps: Steps, standing: Standing, label: string[], shape: Shape): FieldDraft {
  const type = chooseType(label, shape);
  return { steps, path: writeDottedPath(steps), standing, label, type, shape };
}

/** The fields of rows, whose cells stand at the places of their numbers, and which a header may name. */
export function chooseColumns(row: Shape, header: readonly unknown[]): FieldDraft[] {
  const drafts: FieldDraft[] = [];
  for (let index = 0; index < MOST_FIELDS; index++) {
    const shape = row.members.get(String(index));
    if (!shape) break;
    const title = header[index];
    const label = typeof title === 'string' ? title.trim() : `Column ${index + 1}`;
    drafts.push(draftOf([index], 'own', [label], shape));
  }
  return drafts;
}
