import { type Location, jsonPointer } from '../../common/json-pointer.js';
import type { ByteWriter } from '../../json/byte-writer.js';
import { ExactNumber } from '../../json/exact-number.js';
import type { JsonNode, JsonPart } from '../../json/json-document.js';
import { describe, MAX_NESTING, nestsDeeper } from '../values/convert.js';
import { listPlainRecords, type RecordList } from './list-records.js';
import { BadPageError } from '../mapping.errors.js';
import { NodeFinder, NOT_FOUND } from '../paths/node-finder.js';
import { stepOf } from '../paths/read-path.js';
import { type IdFault, idOf } from './read-id.js';
import { writeUsualId } from './write-id.js';

const PATHS = ['id', 'fields'].map((source) => ({
  kind: 'singular' as const,
  source,
  steps: [stepOf(source, undefined)],
}));

/** Reads records that are `{ id, fields }` already, and writes their fields as they came. */
export class PlainReader {
  readonly #finder = new NodeFinder(PATHS);

  list(page: JsonPart): RecordList {
    return listPlainRecords(page);
  }

  writeId(list: RecordList, index: number, to: ByteWriter): IdFault | undefined {
    const { document } = list;
    const record = list.nodes[index] as JsonNode;
    this.#finder.find(document, record);
    const [id = NOT_FOUND, fields = NOT_FOUND] = this.#finder.found;
    const isWhole = id !== NOT_FOUND && fields !== NOT_FOUND && document.isObject(fields);
    const isFlat = document.depth <= MAX_NESTING;
    if (isWhole && isFlat && writeUsualId(document, id, to)) return undefined;
    const read = readPlainId(document.value(record), () => list.locate(index));
    if (typeof read !== 'string') return read;
    to.string(read);
    return undefined;
  }

  writeFields(list: RecordList, _index: number, to: ByteWriter): void {
    list.document.write(this.#finder.found[1] as JsonNode, to);
  }
}

type Members = Record<string, unknown>;

/**
 * The id of a record that should be `{ id, fields }` already; other properties are ignored. Throws
 * BadPageError, with a pointer that begins at `location`, where it has another shape; only an id
 * that is missing, null, empty or unsafe comes back as a fault.
 */
export function readPlainId(value: unknown, location: () => Location): string | IdFault {
  const refuse = (place: Location, detail: string): never => {
    throw new BadPageError(jsonPointer([...location(), ...place]), detail);
  };
  if (!isObject(value)) return refuse([], `expected { id, fields }, found ${describe(value)}`);
  const fields = own(value, 'fields');
  if (!isObject(fields)) {
    return refuse(['fields'], `expected an object of fields, found ${describe(fields)}`);
  }
  if (nestsDeeper(fields)) return refuse(['fields'], 'nested too deeply');
  const given = own(value, 'id');
  const id = idOf(given);
  if (typeof id === 'string') return id;
  if (typeof given === 'boolean' || (typeof given === 'object' && given !== null)) {
    return refuse(['id'], id.reason);
  }
  return { ...id, location: given === undefined ? [] : ['id'] };
}

/** The fields of a record whose id `readPlainId` has read. */
export function readPlainFields(value: unknown): Members {
  return (value as { fields: Members }).fields;
}

function own(members: Members, name: string): unknown {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

function isObject(value: unknown): value is Members {
  if (typeof value !== 'object' || value === null) return false;
  return !Array.isArray(value) && !(value instanceof ExactNumber);
}
