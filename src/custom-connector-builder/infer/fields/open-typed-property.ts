import { chooseType, type Shape } from './choose-type.js';
import type { FieldDraft } from './field-draft.js';
import { type Steps, writeDottedPath, writeJsonPath } from '../write-path.js';

/**
 * The field of a property such as `{ id, type: "number", number: 2.5 }`, whose `type` names the member
 * with its value: that value; of an option its name, of a day its start where it never has an end, of
 * texts and options the list. Undefined where the property is none of these.
 */
export function openTypedProperty(
  steps: Steps,
  name: string,
  property: Shape,
): FieldDraft | undefined {
  const type = property.members.get('type');
  const member =
    type?.counts.string === property.counts.object ? type.scalars?.constant : undefined;
  const value =
    member === undefined || member === 'type' ? undefined : property.members.get(member);
  if (member === undefined || value?.seen !== property.counts.object) return undefined;
  const inside = [...steps, member];
  const { counts, items } = value;
  if (counts.object > 0 && counts.object + counts.null === value.seen) {
    const part = partOf(value);
    const shape = part === undefined ? undefined : value.members.get(part);
    if (part !== undefined && shape) return single([...inside, part], name, shape);
  }
  const part = items && counts.array === value.seen ? textOf(items) : undefined;
  const list = writeJsonPath(inside);
  if (part === undefined || list === undefined) return single(inside, name, value);
  const path = `${list}[*][${JSON.stringify(part)}]`;
  return { steps: inside, path, standing: 'contained', label: [name], type: 'text[]' };
}

/** Which member of an object says what it is. */
function partOf(value: Shape): string | undefined {
  const isText = (name: string) => value.members.get(name)?.counts.string === value.counts.object;
  const isNever = (name: string) => {
    const shape = value.members.get(name);
    return !shape || shape.counts.null === shape.seen;
  };
  if (isText('start') && isNever('end') && isNever('time_zone')) return 'start';
  return isText('name') ? 'name' : undefined;
}

/** Which member of an array's objects is the text that people read. */
function textOf(items: Shape): string | undefined {
  return ['plain_text', 'name'].find(
    (name) => items.seen > 0 && items.members.get(name)?.counts.string === items.seen,
  );
}

function single(steps: Steps, name: string, shape: Shape): FieldDraft {
  const type = chooseType([name], shape);
  return { steps, path: writeDottedPath(steps), standing: 'contained', label: [name], type, shape };
}
