import { judgeChange } from './judge-change.js';

describe('judgeChange', () => {
  const update = { op: 'update' as const, fields: { a: 2, b: 'y' }, base: { a: 1, b: 'x' } };

  it('applies an update where the remote has what it was made on', () => {
    expect(judgeChange(update, { a: 1, b: 'x', c: 0 })).toEqual({
      outcome: 'apply',
      fields: { a: { base: 1, mine: 2, theirs: 1 }, b: { base: 'x', mine: 'y', theirs: 'x' } },
    });
  });

  it('applies it too where the remote has one of its values already', () => {
    expect(judgeChange(update, { a: 2, b: 'x' }).outcome).toBe('apply');
  });

  it('sees a conflict where a value differs from the base and from mine', () => {
    expect(judgeChange(update, { a: 2, b: 'z' }).outcome).toBe('conflict');
    expect(judgeChange(update, { a: 2 })).toEqual({
      outcome: 'conflict',
      fields: { a: { base: 1, mine: 2, theirs: 2 }, b: { base: 'x', mine: 'y' } },
    });
  });

  it('takes an absent value for a null', () => {
    const cleared = { op: 'update' as const, fields: { a: null }, base: { a: 1 } };
    expect(judgeChange(cleared, {}).outcome).toBe('same');
  });

  it('has nothing to do where the remote has all that is staged', () => {
    expect(judgeChange(update, { a: 2, b: 'y' }).outcome).toBe('same');
  });

  it('sees that a record is gone', () => {
    expect(judgeChange(update, null).outcome).toBe('gone');
    expect(judgeChange({ op: 'delete', fields: {}, base: { a: 1 } }, null).outcome).toBe('same');
  });

  it('holds a delete against the whole record', () => {
    const removal = { op: 'delete' as const, fields: { a: 5 }, base: { a: 1, b: 2 } };
    expect(judgeChange(removal, { a: 1, b: 2 })).toEqual({ outcome: 'apply', fields: {} });
    expect(judgeChange(removal, { a: 1, b: 2, c: null }).outcome).toBe('apply');
    expect(judgeChange(removal, { a: 1, c: 3 })).toEqual({
      outcome: 'conflict',
      fields: { b: { base: 2 }, c: { theirs: 3 } },
    });
  });

  it('applies a create', () => {
    expect(judgeChange({ op: 'create', fields: { a: 1 }, base: {} }, null)).toEqual({
      outcome: 'apply',
      fields: { a: { mine: 1 } },
    });
  });
});
