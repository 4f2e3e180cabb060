import { joinId } from '../../common/entity-id.js';
import { type ByteWriter, sourceOf } from '../../json/byte-writer.js';
import type { JsonDocument, JsonNode, JsonPart } from '../../json/json-document.js';
import { CLOSE_OBJECT, OPEN_OBJECT } from '../../json/scan-json.js';
import { writeJson } from '../../json/write-json.js';
import { ORDINARY_WRITERS, type OrdinaryWriter } from '../values/write-ordinary.js';
import type { CompiledField, CompiledMapping, ValuePath } from '../compile-mapping.js';
import { MISFIT } from '../values/convert.js';
import { listRecords, type RecordList } from './list-records.js';
import { NodeFinder, NOT_FOUND } from '../paths/node-finder.js';
import { type FieldMisfit, readFields } from './read-fields.js';
import { type IdFault, idOf, readId } from './read-id.js';
import type { SingularPath } from '../paths/read-path.js';
import { writeUsualId } from './write-id.js';

interface Column {
  field: CompiledField;
  write: OrdinaryWriter;
  /** Whether its value is the record's key. */
  isKey: boolean;
  /** `,"name":` */
  name: ReturnType<typeof sourceOf>;
}

/**
 * Reads records by a mapping. What is in its type already is written as it came, and of the rest only
 * what is mapped is made into values; a record with anything out of the ordinary is read as a whole.
 */
export class MappedReader {
  readonly #mapping: CompiledMapping;
  readonly #columns: Column[];
  readonly #finder: NodeFinder;
  /** Whether fields can be found without making values of whole records. */
  readonly #findsFields: boolean;

  constructor(mapping: CompiledMapping) {
    this.#mapping = mapping;
    // In the order in which an object has them: names that are array indices first.
    const byName = Object.fromEntries(mapping.fields.map((field) => [field.name, field]));
    this.#columns = Object.values(byName).map((field) => ({
      field,
      write: ORDINARY_WRITERS[field.type],
      isKey: field.path.kind === 'key',
      name: sourceOf(`,${JSON.stringify(field.name)}:`),
    }));
    const paths = [...mapping.ids, ...this.#columns.map(({ field }) => field.path)];
    this.#finder = new NodeFinder(paths.map(singular));
    this.#findsFields = mapping.fields.every(({ path }) => path.kind !== 'query');
  }

  list(page: JsonPart): RecordList | undefined {
    return listRecords(this.#mapping.records, page);
  }

  writeId(list: RecordList, index: number, to: ByteWriter): IdFault | undefined {
    const { document } = list;
    const record = list.nodes[index] as JsonNode;
    this.#finder.find(document, record);
    const found = this.#finder.found[0] as JsonNode;
    const isOne = found !== NOT_FOUND && !this.#mapping.joined;
    if (isOne && writeUsualId(document, found, to)) return undefined;
    const key = list.keys?.[index];
    const id = this.#foundId(document) ?? readId(this.#mapping, document.value(record), key);
    if (typeof id !== 'string') return id;
    to.string(id);
    return undefined;
  }

  writeFields(list: RecordList, index: number, to: ByteWriter, misfits: FieldMisfit[]): void {
    const key = list.keys?.[index];
    const start = to.length;
    if (this.#findsFields && this.#writeFound(list.document, key, to)) return;
    to.length = start;
    const record = list.document.value(list.nodes[index] as JsonNode);
    to.text(writeJson(readFields(this.#mapping, record, key, misfits)));
  }

  #foundId(document: JsonDocument): string | undefined {
    const { ids, joined } = this.#mapping;
    const parts: string[] = [];
    for (let part = 0; part < ids.length; part++) {
      const node = this.#finder.found[part] as JsonNode;
      if (node === NOT_FOUND) return undefined;
      const id = idOf(document.value(node));
      if (typeof id !== 'string') return undefined;
      if (!joined) return id;
      parts.push(id);
    }
    return joinId(parts);
  }

  /** Whether each value was as its type has it, or could be made so. */
  #writeFound(document: JsonDocument, key: string | undefined, to: ByteWriter): boolean {
    const { found } = this.#finder;
    const columns = this.#columns;
    const start = to.length;
    for (let at = 0; at < columns.length; at++) {
      const { field, write, isKey, name } = columns[at] as Column;
      const node = found[at + this.#mapping.ids.length] as JsonNode;
      if (isKey ? key === undefined : node === NOT_FOUND) continue;
      to.copy(name, 0, name.length);
      if (!isKey && write(document, node, to)) continue;
      const value = field.convert(isKey ? key : document.value(node));
      if (value === MISFIT) return false;
      if (typeof value === 'string') to.string(value);
      else to.text(typeof value === 'number' ? String(value) : writeJson(value));
    }
    // In the place of the first comma.
    if (to.length === start) to.byte(OPEN_OBJECT);
    else to.bytes[start] = OPEN_OBJECT;
    to.byte(CLOSE_OBJECT);
    return true;
  }
}

function singular(path: ValuePath): SingularPath | undefined {
  return path.kind === 'singular' ? path : undefined;
}
