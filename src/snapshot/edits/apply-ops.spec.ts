import { ExactNumber } from '../../json/exact-number.js';
import { applyOps, type Staged } from './apply-ops.js';
import type { CopiedRecord, EditOp, StagedEdit } from './edits.types.js';

describe('applyOps', () => {
  function apply(
    ops: EditOp[],
    edits: Record<string, StagedEdit> = {},
    records: Record<string, CopiedRecord> = {
      a: { isGone: false, values: { n: 1, big: new ExactNumber('12345678901234567890') } },
      g: { isGone: true, values: {} },
    },
  ) {
    const staged: Staged = {
      records: new Map(Object.entries(records)),
      edits: new Map(Object.entries(edits)),
      types: null,
    };
    let count = 0;
    const ids = { record: () => `new_${++count}`, change: () => `chg_${++count}` };
    const { changed, ...rest } = applyOps(ops, staged, ids);
    return { ...rest, changed: Object.fromEntries(changed) };
  }

  const update: StagedEdit = { changeId: 'c', op: 'update', fields: { n: 2 }, base: { n: 1 } };

  it('applies ops on one record in their order', () => {
    const { results, changed, removed, isWiped } = apply([
      { op: 'update', id: 'a', fields: { n: 2 } },
      { op: 'delete', id: 'a' },
      { op: 'undelete', id: 'a' },
      { op: 'update', id: 'a', fields: { m: null, k: 3 } },
    ]);
    expect(results.map(({ state }) => state)).toEqual(['updated', 'deleted', 'updated', 'updated']);
    expect(new Set(results.map(({ changeId }) => changeId)).size).toBe(1);
    expect(changed['a']).toMatchObject({ op: 'update', fields: { n: 2, k: 3 }, base: { n: 1 } });
    expect([removed, isWiped]).toEqual([[], false]);
  });

  it('keeps the base of a field that is not staged again', () => {
    const older = { ...update, fields: { n: 2, m: 1 }, base: { n: 0 } };
    const { changed } = apply([{ op: 'update', id: 'a', fields: { m: 5 } }], { a: older });
    expect(changed['a']).toEqual({ ...update, fields: { n: 2, m: 5 }, base: { n: 0 } });
  });

  it('knows exact numbers', () => {
    const big = new ExactNumber('12345678901234567890.0');
    expect(apply([{ op: 'update', id: 'a', fields: { big } }]).changed).toEqual({});
    const other = apply([{ op: 'update', id: 'a', fields: { big: 12345678901234567000 } }]);
    expect(other.changed).toHaveProperty('a');
  });

  it('removes an edit that comes to nothing', () => {
    const { results, removed, changed } = apply([{ op: 'update', id: 'a', fields: { n: 1 } }], {
      a: update,
    });
    expect([results, removed, changed]).toEqual([[{ id: 'a', state: 'clean' }], ['a'], {}]);
  });

  it('stages anew what comes behind a discard of all', () => {
    const { changed, removed, isWiped } = apply(
      [{ op: 'discard' }, { op: 'update', id: 'a', fields: { n: 5 } }],
      { a: update, g: update },
    );
    expect([Object.keys(changed), removed, isWiped]).toEqual([['a'], ['g'], true]);
    expect(changed['a']?.changeId).not.toBe('c');
  });

  it('takes names that objects have by themselves for what they are', () => {
    const fields = { constructor: 1, toString: null };
    const { changed } = apply([{ op: 'update', id: 'a', fields }]);
    expect(changed['a']).toMatchObject({ fields: { constructor: 1 }, base: {} });
  });

  it('goes on behind a fault, and names all', () => {
    const { faults } = apply([
      { op: 'delete', id: 'g' },
      { op: 'undelete', id: 'a' },
      { op: 'update', id: 'nobody', fields: {} },
    ]);
    expect(faults.map(({ pointer }) => pointer)).toEqual(['/ops/0/id', '/ops/1/id', '/ops/2/id']);
  });

  it('changes none of its arguments', () => {
    const edits = { a: update };
    const before = JSON.stringify(edits);
    apply([{ op: 'update', id: 'a', fields: { n: 9 } }, { op: 'discard' }], edits);
    expect(JSON.stringify(edits)).toBe(before);
  });
});
