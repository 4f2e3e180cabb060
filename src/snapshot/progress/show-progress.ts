import type { CopyState, ReadProgress, ShownProgress } from '../snapshot.types.js';

/** Adds what is computed of a read's progress: how fast it is, and of a known total the part. */
export function showProgress(progress: ReadProgress, state: CopyState): ShownProgress {
  const { records, total, startedAt, at } = progress;
  const seconds = (Date.parse(at) - Date.parse(startedAt)) / 1000;
  const recordsPerSecond = seconds > 0 ? Math.round((10 * records) / seconds) / 10 : 0;
  if (total === undefined) return { ...progress, recordsPerSecond };
  // Whatever the remote tells of how many there are, only the end is the end.
  const most = state === 'pending' || state === 'active' ? 99 : 100;
  const part = total > 0 ? Math.floor((100 * records) / total) : 100;
  return { ...progress, recordsPerSecond, percent: Math.min(part, most) };
}
