import type { Shape } from '../fields/choose-type.js';
import type { FieldDraft } from '../fields/field-draft.js';
import { idRank, shortPlainName } from '../records/record-names.js';
import { writeDottedPath } from '../write-path.js';

/** Members whose objects are looked into. */
const MOST_MEMBERS = 100;

/**
 * Values that no field of its own reads, but that could be the id of a record: what is named as an id
 * in one of its members, as `metadata.uid`, and the address of the record itself in HAL.
 */
export function draftIds(record: Shape): FieldDraft[] {
  const drafts: FieldDraft[] = [];
  for (const [name, member] of [...record.members].slice(0, MOST_MEMBERS)) {
    for (const [inner, shape] of member.members) {
      const isId = idRank(inner) !== undefined || shortPlainName(inner) === 'name';
      if (isId) drafts.push(draftOf([name, inner], shape));
    }
  }
  const href = record.members.get('_links')?.members.get('self')?.members.get('href');
  return href ? [...drafts, draftOf(['_links', 'self', 'href'], href)] : drafts;
}

function draftOf(steps: string[], shape: Shape): FieldDraft {
  const path = writeDottedPath(steps);
  return { steps, path, standing: 'nested', label: steps, type: 'text', shape };
}
