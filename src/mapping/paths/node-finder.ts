import type { JsonDocument, JsonNode } from '../../json/json-document.js';
import { findNode } from './node-path.js';
import type { SingularPath, Step } from './read-path.js';

/** Stands for a path that found nothing. */
export const NOT_FOUND = -1;

/** What is to be found inside of one value: by which name or index, and what inside of that. */
interface Branch {
  /** The numbers of the paths that end here. */
  ends: number[];
  names: Map<string, Branch>;
  indexes: Map<number, Branch>;
  /** The names, by a hash of their bytes. */
  table: (Named[] | undefined)[];
  /** Which of the names came first in the last record. */
  first: Named | undefined;
  /** The last in which something was found here. */
  pass: number;
}

interface Named {
  bytes: Buffer;
  branch: Branch;
  /** Which one came after it in the last record, as it will in the next. */
  following: Named | undefined;
}

/** Of a table for each name in it, so that most names that nobody asked for find an empty slot. */
const SLOTS_A_NAME = 8;

/** Follows many singular paths through one record after the other, in one pass over each. */
export class NodeFinder {
  /** What each path found in the last record: a node, or NOT_FOUND. */
  readonly found: Int32Array;
  readonly #root: Branch = emptyBranch();
  #pass = 0;
  /** Of two minds at some step, and so followed one by one. */
  readonly #ambiguous: { path: SingularPath; number: number }[] = [];

  /** Paths that are undefined find nothing. */
  constructor(paths: readonly (SingularPath | undefined)[]) {
    this.found = new Int32Array(paths.length);
    for (const [number, path] of paths.entries()) {
      if (path?.steps.some(isAmbiguous)) this.#ambiguous.push({ path, number });
      else if (path) addPath(this.#root, path, number);
    }
    fillTable(this.#root);
  }

  find(document: JsonDocument, node: JsonNode): void {
    this.#pass++;
    this.found.fill(NOT_FOUND);
    this.#take(this.#root, document, node);
    for (const { path, number } of this.#ambiguous) {
      this.found[number] = findNode(path, { document, node }) ?? NOT_FOUND;
    }
  }

  #take(branch: Branch, document: JsonDocument, node: JsonNode): void {
    const { ends, names, indexes } = branch;
    for (let at = 0; at < ends.length; at++) this.found[ends[at] as number] = node;
    if (names.size > 0 && document.isObject(node)) this.#members(branch, document, node);
    if (indexes.size === 0 || !document.isArray(node)) return;
    for (const [index, below] of indexes) {
      const element = document.elements(node).at(index);
      if (element !== undefined) this.#take(below, document, element);
    }
  }

  #members(branch: Branch, document: JsonDocument, object: JsonNode): void {
    const { bytes, tape } = document;
    const end = document.endOf(object);
    let last: Named | undefined;
    let expected = branch.first;
    for (let name = object + 2; name < end; name = document.next(name + 2)) {
      const start = (tape[name] as number) + 1;
      const length = (tape[name + 1] as number) - 1 - start;
      let below: Branch | undefined;
      if (document.isEscaped(name)) {
        below = branch.names.get(document.string(name));
      } else {
        let named = expected;
        if (named === undefined || !isSame(named.bytes, bytes, start, length)) {
          named = look(branch.table, bytes, start, length);
          if (last) last.following = named ?? last.following;
          else branch.first = named ?? branch.first;
        }
        if (named) {
          last = named;
          expected = named.following;
        }
        below = named?.branch;
      }
      if (!below) continue;
      // Of members with the same name the last one counts.
      if (below.pass === this.#pass) this.#forget(below);
      below.pass = this.#pass;
      this.#take(below, document, name + 2);
    }
  }

  #forget({ ends, names, indexes }: Branch): void {
    for (const number of ends) this.found[number] = NOT_FOUND;
    for (const below of [...names.values(), ...indexes.values()]) this.#forget(below);
  }
}

function emptyBranch(): Branch {
  return { ends: [], names: new Map(), indexes: new Map(), table: [], first: undefined, pass: 0 };
}

/** A dotted name of digits is a name in an object and an index in an array. */
function isAmbiguous({ name, index }: Step): boolean {
  return name !== undefined && index !== undefined;
}

function addPath(root: Branch, { steps }: SingularPath, number: number): void {
  let branch = root;
  for (const { name, index = 0 } of steps) {
    branch = name === undefined ? branchOf(branch.indexes, index) : branchOf(branch.names, name);
  }
  branch.ends.push(number);
}

function branchOf<Key>(branches: Map<Key, Branch>, key: Key): Branch {
  const known = branches.get(key);
  if (known) return known;
  const made = emptyBranch();
  branches.set(key, made);
  return made;
}

function fillTable(branch: Branch): void {
  if (branch.names.size > 0) {
    // The next power of two.
    const length = 2 ** Math.ceil(Math.log2(SLOTS_A_NAME * branch.names.size));
    branch.table = Array.from({ length });
  }
  for (const [name, below] of branch.names) {
    fillTable(below);
    // Without escapes no text can hold any other.
    if (!name.isWellFormed()) continue;
    const bytes = Buffer.from(name);
    (branch.table[slotOf(branch.table, bytes, 0, bytes.length)] ??= []).push({
      bytes,
      branch: below,
      following: undefined,
    });
  }
  for (const below of branch.indexes.values()) fillTable(below);
}

function slotOf(table: Branch['table'], bytes: Uint8Array, start: number, length: number): number {
  if (length === 0) return 0;
  const [first, last] = [bytes[start] as number, bytes[start + length - 1] as number];
  const middle = bytes[start + (length >> 1)] as number;
  return (first + 3 * last + 5 * middle + 7 * length) & (table.length - 1);
}

function look(
  table: Branch['table'],
  bytes: Uint8Array,
  start: number,
  length: number,
): Named | undefined {
  const held = table[slotOf(table, bytes, start, length)];
  if (held === undefined) return undefined;
  // No `find`, whose callback would be a new object for each name of each record.
  for (const named of held) if (isSame(named.bytes, bytes, start, length)) return named;
  return undefined;
}

function isSame(name: Uint8Array, bytes: Uint8Array, start: number, length: number): boolean {
  if (name.length !== length) return false;
  for (let at = 0; at < length; at++) if (name[at] !== bytes[start + at]) return false;
  return true;
}
