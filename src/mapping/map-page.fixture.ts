import { ByteWriter } from '../json/byte-writer.js';
import { JsonDocument } from '../json/json-document.js';
import { parseJson } from '../json/parse-json.js';
import type { RecordMapper } from './map-records.js';

/** One record as it leaves a mapping; its values may hold ExactNumbers. */
interface MappedRecord {
  id: string;
  fields: Record<string, unknown>;
}

/** The records that a mapper writes for a page of JSON. `isForeign` as for the document. */
export function mapPage(
  mapper: RecordMapper,
  text: string,
  { limit = Infinity, isForeign = true } = {},
): MappedRecord[] {
  const document = new JsonDocument(Buffer.from(text), isForeign);
  const lines = new ByteWriter(16);
  let written = 0;
  const count = (): void => {
    written += 1;
    expect(lines.bytes[lines.length - 1]).toBe('\n'.charCodeAt(0));
  };
  mapper.mapPage({ document, node: document.root }, lines, count, limit);
  const records = lines.slice(0, lines.length).toString().split('\n').slice(0, -1);
  expect(records).toHaveLength(written);
  return records.map((line) => parseJson(line) as MappedRecord);
}
