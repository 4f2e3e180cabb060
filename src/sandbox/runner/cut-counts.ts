import type { MappingCounts } from '../../mapping/mapping.types.js';
import { cutText } from '../cut-text.js';

/** Of each text in the counts, so that all of them fit into one message however they are escaped. */
const TEXT_BYTES = 400;

/** The counts of a read with their texts cut: ids, names and pointers may be as long as they like. */
export function cutCounts(counts: MappingCounts): MappingCounts {
  const cut = (text: string): string => cutText(text, TEXT_BYTES);
  return {
    ...counts,
    samples: counts.samples.map(({ record, field, pointer, reason }) => ({
      record: typeof record === 'number' ? record : cut(record),
      ...(field === undefined ? {} : { field: cut(field) }),
      pointer: cut(pointer),
      reason: cut(reason),
    })),
    warnings: counts.warnings.map(({ code, detail, request, pointer, header }) => ({
      ...{ code, detail: cut(detail) },
      ...(request === undefined ? {} : { request: cut(request) }),
      ...(pointer === undefined ? {} : { pointer: cut(pointer) }),
      ...(header === undefined ? {} : { header: cut(header) }),
    })),
  };
}
