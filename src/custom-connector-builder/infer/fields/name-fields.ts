import type { FieldDraft } from './field-draft.js';

const LONGEST = 250;
const UNNAMED = 'unnamed';
const ORDER = { own: 0, contained: 1, nested: 2 };

/**
 * A name for each field, in their order, all different. A record's own members keep theirs, before
 * what lies deeper; where a name is taken, all the steps to the value make it up, and then a number.
 */
export function nameFields(drafts: readonly FieldDraft[]): string[] {
  const names: string[] = [];
  const taken = new Set<string>();
  const order = [...drafts.keys()].sort(
    (a, b) => standingOf(drafts[a]) - standingOf(drafts[b]) || a - b,
  );
  for (const index of order) {
    const draft = drafts[index];
    if (!draft) continue;
    const name = unique(
      [draft.label, draft.steps].map((parts) => cut(parts.map(partName).join('_'))),
      taken,
    );
    taken.add(name);
    names[index] = name;
  }
  return names;
}

function standingOf(draft: FieldDraft | undefined): number {
  return draft ? ORDER[draft.standing] : 0;
}

function partName(part: string | number): string {
  return String(part).trim() || UNNAMED;
}

function cut(name: string): string {
  // Half of a surrogate pair could not be stored.
  return (
    name
      .slice(0, LONGEST)
      .replace(/[\uD800-\uDBFF]$/, '')
      .trim() || UNNAMED
  );
}

function unique(wanted: readonly string[], taken: ReadonlySet<string>): string {
  const isFree = (name: string) => !taken.has(name) && name !== '__proto__';
  const free = wanted.find(isFree);
  if (free !== undefined) return free;
  for (let number = 2; ; number++) {
    const name = `${wanted[0] ?? UNNAMED}_${number}`;
    if (isFree(name)) return name;
  }
}
