import { decideCopy } from './decide-copy.js';

const none = { exists: false, whole: false };
const partial = { exists: true, whole: false };
const whole = { exists: true, whole: true };
const complete = { isWhole: true, hasEnded: true, stored: 5 };
const ended = { isWhole: false, hasEnded: true, stored: 5 };
const broken = { isWhole: false, hasEnded: false, stored: 5 };
const emptyEnd = { isWhole: false, hasEnded: true, stored: 0 };
const nothing = { isWhole: false, hasEnded: false, stored: 0 };

describe('decideCopy', () => {
  it.each([
    ['a complete read, at first', complete, none, 'completed', 'replace'],
    ['a complete read over a whole copy', complete, whole, 'completed', 'replace'],
    ['a complete read over a partial copy', complete, partial, 'completed', 'replace'],
    ['a complete read of nothing', { ...complete, stored: 0 }, whole, 'completed', 'replace'],
    ['a read that was not complete, at first', ended, none, 'incomplete', 'merge'],
    ['a read that was not complete over a whole copy', ended, whole, 'incomplete', 'keep'],
    ['a read that was not complete over a partial copy', ended, partial, 'incomplete', 'merge'],
    ['a read that broke off, at first', broken, none, 'incomplete', 'merge'],
    ['a read that broke off over a whole copy', broken, whole, 'incomplete', 'keep'],
    ['a read that broke off over a partial copy', broken, partial, 'incomplete', 'merge'],
    ['an end without records, at first', emptyEnd, none, 'incomplete', 'merge'],
    ['an end without records over a partial copy', emptyEnd, partial, 'incomplete', 'keep'],
    ['nothing, at first', nothing, none, 'failed', 'keep'],
    ['nothing over a partial copy', nothing, partial, 'failed', 'keep'],
    ['nothing over a whole copy', nothing, whole, 'failed', 'keep'],
  ] as const)('judges %s', (_name, read, before, state, copy) => {
    expect(decideCopy(read, before)).toEqual({ state, copy });
  });
});
