import type { Values } from './judge-change.js';
import { settleDoubt } from './settle-doubt.js';

const change = (op: 'create' | 'update' | 'delete', fields: Values = {}, base: Values = {}) => ({
  ...{ changeId: 'chg_1', tableId: 't', id: '1' },
  ...{ op, fields, base },
});

describe('settleDoubt', () => {
  it('tells of an update by all of its fields', () => {
    const update = change('update', { a: 2, b: 2 }, { a: 1, b: 1 });
    expect(settleDoubt(update, null, { a: 2, b: 2, c: 9 })).toBe('done');
    expect(settleDoubt(update, null, { a: 1, b: 1 })).toBe('not-done');
    expect(settleDoubt(update, { a: 0, b: 0 }, { a: 0, b: 0 })).toBe('not-done');
    expect(settleDoubt(update, null, { a: 2, b: 1 })).toBe('unknown');
    expect(settleDoubt(update, null, { a: 3, b: 3 })).toBe('unknown');
    expect(settleDoubt(update, null, null)).toBe('unknown');
  });

  it('tells of a deletion by whether the record is there', () => {
    expect(settleDoubt(change('delete'), { a: 1 }, null)).toBe('done');
    expect(settleDoubt(change('delete'), { a: 1 }, { a: 1 })).toBe('not-done');
  });

  it('can tell nothing of a creation', () => {
    expect(settleDoubt(change('create', { a: 1 }), null, null)).toBe('unknown');
  });
});
