import type { CompiledMapping } from './compile-mapping.js';
import { listPlainRecords, listRecords, type RecordList } from './list-records.js';
import { type FieldMisfit, readFields } from './read-fields.js';
import { type IdFault, readId } from './read-id.js';
import { readPlainFields, readPlainId } from './read-plain-record.js';

/** How records are found in a page and read; the parts throw BadPageError. */
export interface RecordReader {
  list(page: unknown): RecordList | undefined;
  id(list: RecordList, index: number): string | IdFault;
  /** To be called after `id` of the same record; adds what does not fit to `misfits`. */
  fields(list: RecordList, index: number, misfits: FieldMisfit[]): Record<string, unknown>;
}

/** Reads by a mapping, or, without one, records that are `{ id, fields }` already. */
export function readerFor(mapping: CompiledMapping | null): RecordReader {
  return mapping ? mappedReader(mapping) : plainReader;
}

const plainReader: RecordReader = {
  list: listPlainRecords,
  id: (list, index) => readPlainId(list.values[index], () => list.locate(index)),
  fields: (list, index) => readPlainFields(list.values[index]),
};

function mappedReader(mapping: CompiledMapping): RecordReader {
  return {
    list: (page) => listRecords(mapping.records, page),
    id: (list, index) => readId(mapping, list.values[index], list.keys?.[index]),
    fields: (list, index, misfits) =>
      readFields(mapping, list.values[index], list.keys?.[index], misfits),
  };
}
