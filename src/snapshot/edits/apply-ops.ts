import { jsonPointer, type Location } from '../../common/json-pointer.js';
import type { Fault } from '../../common/problem.js';
import { isId } from '../../common/ids.js';
import type { PgType } from '../../mapping/mapping.types.js';
import { isSameValue } from '../same-value.js';
import { convertFields } from './convert-fields.js';
import type { CopiedRecord, EditOp, OpResult, StagedEdit, Values } from './edits.types.js';

/** What there is of the records that the ops name. */
export interface Staged {
  records: ReadonlyMap<string, CopiedRecord>;
  edits: ReadonlyMap<string, StagedEdit>;
  /** Of the columns; null where none are known. */
  types: ReadonlyMap<string, PgType> | null;
}

export interface NewIds {
  record: () => string;
  change: () => string;
}

/** What becomes of the edits, and what came of each op; where there are faults, nothing. */
export interface Applied {
  results: OpResult[];
  faults: Fault[];
  changed: Map<string, StagedEdit>;
  removed: string[];
  /** Whether what is staged on other records goes too. */
  isWiped: boolean;
}

/** More faults than this nobody reads. */
const MAX_FAULTS = 10_000;

/** Applies ops to what is staged, one after another, and names all faults. Changes none of its arguments. */
export function applyOps(ops: readonly EditOp[], staged: Staged, newIds: NewIds): Applied {
  const work = new Work(staged, newIds);
  const results = ops.map((op, index) => work.apply(op, index));
  const { edits, changed, isWiped } = work;
  return {
    ...{ results, isWiped, faults: work.faults.slice(0, MAX_FAULTS) },
    changed: new Map([...edits].filter(([id]) => changed.has(id))),
    removed: [...staged.edits.keys()].filter((id) => !edits.has(id)),
  };
}

class Work {
  readonly faults: Fault[] = [];
  readonly edits: Map<string, StagedEdit>;
  readonly changed = new Set<string>();
  isWiped = false;

  constructor(
    private readonly staged: Staged,
    private readonly newIds: NewIds,
  ) {
    this.edits = new Map(staged.edits);
  }

  apply({ op, id, fields = {} }: EditOp, index: number): OpResult {
    if (op === 'discard' && id === undefined) return this.wipe();
    const place = ['ops', index];
    if (op === 'create') return this.create(this.convert(fields, place));
    const known = id ?? '';
    if (!this.isKnown(known, op)) {
      this.fault([...place, 'id'], 'is no record of this table');
      return { id: known, state: 'removed' };
    }
    if (op === 'update') this.update(known, this.convert(fields, place), place);
    else if (op === 'delete') this.remove(known, place);
    else if (op === 'undelete') this.undelete(known, place);
    else this.edits.delete(known);
    return this.result(known);
  }

  private create(values: Values): OpResult {
    const id = this.newIds.record();
    this.set(id, { op: 'create', fields: values, base: {} });
    return this.result(id);
  }

  private update(id: string, values: Values, place: Location): void {
    const edit = this.edits.get(id);
    if (edit?.op === 'create') {
      this.set(id, { op: 'create', fields: { ...edit.fields, ...values }, base: {} });
      return;
    }
    if (this.refuseGone(id, place)) return;
    if (edit?.op === 'delete') {
      this.fault([...place, 'id'], 'is staged for deletion; undelete it first');
      return;
    }
    const { fields, base } = rebased(values, this.copiedOf(id));
    const kept = (old: Values | undefined | null) =>
      Object.entries(old ?? {}).filter(([name]) => !Object.hasOwn(values, name));
    this.setUpdate(id, {
      fields: { ...Object.fromEntries(kept(edit?.fields)), ...fields },
      base: { ...Object.fromEntries(kept(edit?.base)), ...base },
    });
  }

  private remove(id: string, place: Location): void {
    const edit = this.edits.get(id);
    if (edit?.op === 'create') this.edits.delete(id);
    else if (!this.refuseGone(id, place)) {
      this.set(id, { op: 'delete', fields: edit?.fields ?? {}, base: null });
    }
  }

  private undelete(id: string, place: Location): void {
    const edit = this.edits.get(id);
    if (edit?.op === 'delete') this.setUpdate(id, rebased(edit.fields, this.copiedOf(id)));
    else this.fault([...place, 'id'], 'is not staged for deletion');
  }

  private wipe(): OpResult {
    this.edits.clear();
    this.isWiped = true;
    return { state: 'clean' };
  }

  private convert(fields: Values, place: Location): Values {
    const { values, faults } = convertFields(fields, this.staged.types, [...place, 'fields']);
    for (const fault of faults) this.faults.push(fault);
    return values;
  }

  /** An update of nothing is none. */
  private setUpdate(id: string, { fields, base }: { fields: Values; base: Values }): void {
    if (Object.keys(fields).length === 0) this.edits.delete(id);
    else this.set(id, { op: 'update', fields, base });
  }

  private set(id: string, edit: Omit<StagedEdit, 'changeId'>): void {
    const changeId = this.edits.get(id)?.changeId ?? this.newIds.change();
    this.edits.set(id, { changeId, ...edit });
    this.changed.add(id);
  }

  private isKnown(id: string, op: EditOp['op']): boolean {
    if (this.edits.has(id) || this.staged.records.has(id)) return true;
    // So that a discard can be repeated.
    return op === 'discard' && isId('new', id);
  }

  private copiedOf(id: string): Values {
    return this.staged.records.get(id)?.values ?? {};
  }

  private isGone(id: string): boolean {
    return this.staged.records.get(id)?.isGone ?? true;
  }

  private refuseGone(id: string, place: Location): boolean {
    if (!this.isGone(id)) return false;
    this.fault([...place, 'id'], 'is gone at the remote; it can only be discarded');
    return true;
  }

  private fault(place: Location, detail: string): void {
    this.faults.push({ pointer: jsonPointer(place), detail });
  }

  private result(id: string): OpResult {
    const edit = this.edits.get(id);
    const state = this.stateOf(id, edit);
    return { id, ...(edit ? { changeId: edit.changeId } : {}), state };
  }

  private stateOf(id: string, edit: StagedEdit | undefined): OpResult['state'] {
    if (edit?.op === 'create') return 'created';
    if (!edit && !this.staged.records.has(id)) return 'removed';
    if (this.isGone(id)) return 'gone';
    if (!edit) return 'clean';
    return edit.op === 'update' ? 'updated' : 'deleted';
  }
}

/** Those values that differ from the copied ones, and these as their base. */
function rebased(values: Values, copied: Values): { fields: Values; base: Values } {
  const own = (name: string) => (Object.hasOwn(copied, name) ? copied[name] : undefined);
  const different = Object.entries(values).filter(
    ([name, value]) => !isSameValue(value, own(name)),
  );
  const bases = different.filter(([name]) => Object.hasOwn(copied, name));
  return {
    fields: Object.fromEntries(different),
    base: Object.fromEntries(bases.map(([name]) => [name, copied[name]])),
  };
}
