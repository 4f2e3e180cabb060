import type { Collection } from './group-operations.js';
import { nameTables } from './name-tables.js';
import type { TablePlan } from './plan.types.js';

/** Tables in the document's order, each before what lies in it. */
export function parentsFirst(tables: readonly TablePlan[]): TablePlan[] {
  const held = new Map<TablePlan | undefined, TablePlan[]>();
  for (const table of tables) {
    const parent = table.parents.at(-1)?.table;
    const own = held.get(parent);
    if (own) own.push(table);
    else held.set(parent, [table]);
  }
  const below = (parent: TablePlan | undefined): TablePlan[] =>
    (held.get(parent) ?? []).flatMap((table) => [table, ...below(table)]);
  return below(undefined);
}

/** How many parameters stand in the path of a collection's list. */
export function depthOf({ base }: Collection): number {
  return base.filter((segment) => segment === '{}').length;
}

/** Names are unique among the tables of the same parents. */
export function namesOf(collections: readonly Collection[]): Map<Collection, string> {
  const beside = new Map<string, Collection[]>();
  for (const collection of collections) {
    const above = collection.base.slice(0, collection.base.lastIndexOf('{}') + 1).join('/');
    const group = beside.get(above);
    if (group) group.push(collection);
    else beside.set(above, [collection]);
  }
  const names = new Map<Collection, string>();
  for (const group of beside.values()) {
    const own = nameTables(group.map(({ base }) => base.slice(base.lastIndexOf('{}') + 1)));
    group.forEach((collection, at) => names.set(collection, own[at] ?? ''));
  }
  return names;
}
