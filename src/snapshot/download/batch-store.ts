import type { ReadWarning } from '../../mapping/mapping.types.js';
import { isRefusal, MOST_ID_BYTES } from './add-records.js';
import { replaceUnstorable } from './replace-unstorable.js';

/** Records of one read that are looked for one by one, where the database refuses a batch. */
const MOST_SINGLED_OUT = 100;

/** Stores records, a JSON text a line; gives how many were new. */
type AddRecords = (lines: readonly Uint8Array[]) => Promise<number>;

/** Stores the batches of one read, and keeps count of what could not be stored as it came. */
export class BatchStore {
  /** Rows that were inserted. */
  stored = 0;
  private replaced = 0;
  private longIds = 0;
  private sameIds = 0;
  private refused = 0;

  constructor(private readonly addRecords: AddRecords) {}

  /** Stores lines of records. Rejects where the database fails, not where it refuses a record. */
  async add(lines: readonly Uint8Array[], count: number): Promise<void> {
    const storable = lines.map((part) => {
      const { json, replaced } = replaceUnstorable(
        Buffer.from(part.buffer, part.byteOffset, part.length),
      );
      this.replaced += replaced;
      return json;
    });
    await this.store(storable, count);
  }

  /** What was changed; the copy is as complete as without it. */
  get changes(): ReadWarning[] {
    const detail = `${this.replaced} characters that the database can’t hold (NUL, lone surrogates) are U+FFFD in the copy`;
    return this.replaced === 0 ? [] : [{ code: 'snapshot.text', detail }];
  }

  /** What was left out, so that the copy is not complete. */
  get losses(): ReadWarning[] {
    const reasons = [
      [this.longIds, 'id_too_long', `their ids have more than ${MOST_ID_BYTES} bytes`],
      [this.sameIds, 'same_id', 'their ids are those of others, as they are stored'],
      [this.refused, 'refused', 'the database can’t hold their values'],
    ] as const;
    return reasons
      .filter(([count]) => count > 0)
      .map(([count, code, why]) => ({
        code: `snapshot.${code}`,
        detail: `${count} records were left out: ${why}`,
      }));
  }

  private async store(lines: readonly Buffer[], count: number): Promise<void> {
    let added: number;
    try {
      added = await this.addRecords(lines);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await this.singleOut(lines);
      return;
    }
    this.stored += added;
    if (added < count) this.explain(lines, count - added);
  }

  /** Ids that are too long are passed over by the statement, and so are those that are there. */
  private explain(lines: readonly Buffer[], missing: number): void {
    const list = Buffer.concat(lines).toString().trimEnd().replaceAll('\n', ',');
    const records = JSON.parse(`[${list}]`) as { id: unknown }[];
    const long = records.filter(({ id }) => Buffer.byteLength(String(id)) > MOST_ID_BYTES).length;
    this.longIds += long;
    this.sameIds += Math.max(0, missing - long);
  }

  /** Halves a batch that was refused until what is refused stands alone. */
  private async singleOut(lines: readonly Buffer[]): Promise<void> {
    const records = recordsOf(lines);
    if (records.length <= 1 || this.refused >= MOST_SINGLED_OUT) {
      this.refused += records.length;
      return;
    }
    const half = Math.ceil(records.length / 2);
    for (const part of [records.slice(0, half), records.slice(half)]) {
      await this.store(part, part.length);
    }
  }
}

/** One line for each record. */
function recordsOf(lines: readonly Buffer[]): Buffer[] {
  const texts = Buffer.concat(lines).toString().split('\n');
  return texts.filter((text) => text !== '').map((text) => Buffer.from(`${text}\n`));
}
