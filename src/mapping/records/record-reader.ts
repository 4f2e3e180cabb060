import type { ByteWriter } from '../../json/byte-writer.js';
import type { JsonPart } from '../../json/json-document.js';
import type { CompiledMapping } from '../compile-mapping.js';
import type { RecordList } from './list-records.js';
import { MappedReader } from './mapped-reader.js';
import { PlainReader } from './plain-reader.js';
import type { FieldMisfit } from './read-fields.js';
import type { IdFault } from './read-id.js';

/** How the records of a page are found, read and written; the parts throw BadPageError. */
export interface RecordReader {
  list(page: JsonPart): RecordList | undefined;
  /** Writes the id of a record, as `JSON.stringify` writes its text; gives why it has none. */
  writeId(list: RecordList, index: number, to: ByteWriter): IdFault | undefined;
  /**
   * Writes the object of a record's fields; to be called after `writeId` of the same record. Adds what
   * does not fit to `misfits`.
   */
  writeFields(list: RecordList, index: number, to: ByteWriter, misfits: FieldMisfit[]): void;
}

/** Reads by a mapping, or, without one, records that are `{ id, fields }` already. */
export function readerFor(mapping: CompiledMapping | null): RecordReader {
  return mapping ? new MappedReader(mapping) : new PlainReader();
}
