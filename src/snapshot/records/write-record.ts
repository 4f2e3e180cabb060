import type { PageRow } from './record-page.js';

/** The JSON text of a record: `{ id, fields, edits, state, conflicts? }`. */
export function recordJson({ id, state, copied, edits, conflicts }: PageRow): string {
  const found = conflicts === null ? '' : `,"conflicts":${conflicts}`;
  return `{"id":${JSON.stringify(id)},"fields":${copied ?? '{}'},"edits":${edits ?? '{}'},"state":"${state}"${found}}`;
}
