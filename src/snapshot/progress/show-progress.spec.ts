import { showProgress } from './show-progress.js';

const read = {
  ...{ records: 250, pages: 3, requests: 3, bytes: 1000 },
  ...{ startedAt: '2026-01-01T00:00:00.000Z', at: '2026-01-01T00:00:04.000Z' },
};

describe('showProgress', () => {
  it('tells how fast a read is, and no part of what nobody knows', () => {
    expect(showProgress(read, 'active')).toEqual({ ...read, recordsPerSecond: 62.5 });
    expect(showProgress({ ...read, at: read.startedAt }, 'active').recordsPerSecond).toBe(0);
  });

  it.each([
    [1000, 'active', 25],
    [251, 'active', 99],
    [250, 'active', 99],
    [100, 'active', 99],
    [0, 'active', 99],
    [250, 'completed', 100],
    [100, 'completed', 100],
    [0, 'completed', 100],
    [251, 'incomplete', 99],
    [1000, 'failed', 25],
  ] as const)('of %d records, %s, shows %d percent', (total, state, percent) => {
    expect(showProgress({ ...read, total }, state).percent).toBe(percent);
  });
});
