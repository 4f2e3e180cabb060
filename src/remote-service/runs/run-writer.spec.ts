import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { RunAmendment, RunRow } from './run-row.js';
import { rowOf } from './run-row.fixture.js';
import { RunWriter, type WriterLimits } from './run-writer.js';

/** Takes rows as the database would; fails where it is told to. */
class Store {
  readonly batches: RunRow[][] = [];
  readonly rows = new Map<string, RunRow>();
  away = false;
  attempts = 0;
  poison = '';
  /** Called with each attempt. */
  attempted: () => void = () => undefined;

  insert(rows: readonly RunRow[]): Promise<void> {
    this.attempts += 1;
    this.attempted();
    if (this.away) return Promise.reject(new Error('away'));
    if (rows.some(({ id }) => id === this.poison)) return Promise.reject(new Error('poison'));
    this.batches.push([...rows]);
    for (const row of rows) this.rows.set(row.id, row);
    return Promise.resolve();
  }

  amend(id: string, change: RunAmendment): Promise<void> {
    if (this.away) return Promise.reject(new Error('away'));
    const row = this.rows.get(id);
    if (row) this.rows.set(id, { ...row, ...change });
    return Promise.resolve();
  }

  answers(): Promise<boolean> {
    return Promise.resolve(!this.away);
  }

  get numbers(): number[] {
    return [...this.rows.keys()].map((id) => Number(id.slice(4))).sort((a, b) => a - b);
  }
}

describe('RunWriter', () => {
  let store: Store;
  let warnings: unknown[];

  beforeEach(() => {
    store = new Store();
    warnings = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((...given) => warnings.push(given[0]));
    jest.spyOn(Logger.prototype, 'error').mockImplementation((...given) => warnings.push(given[0]));
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** One that writes only when it is told to, unless the limits say something else. */
  function open(limits: Partial<WriterLimits> = {}): RunWriter {
    return new RunWriter(store, { windowMs: 1_000_000, ...limits });
  }

  function numbers(from: number, to: number): number[] {
    return Array.from({ length: to - from }, (_, n) => from + n);
  }

  it('writes by itself, soon after', async () => {
    const written = new Promise<void>((resolve) => (store.attempted = resolve));
    open({ windowMs: 5 }).add(rowOf(1));
    expect(store.attempts).toBe(0);
    await written;
    expect(store.numbers).toEqual([1]);
  });

  it('does not wait where a batch is full', async () => {
    const written = new Promise<void>((resolve) => (store.attempted = resolve));
    const writer = open({ batchRows: 3 });
    for (const number of numbers(0, 3)) writer.add(rowOf(number));
    await written;
    expect(store.numbers).toEqual([0, 1, 2]);
  });

  it('writes batches of so many rows and bytes, in order', async () => {
    const writer = open({ batchRows: 10, batchBytes: 100_000 });
    for (const number of numbers(0, 25)) writer.add(rowOf(number));
    writer.add(rowOf(25, { log: 'x'.repeat(80_000) }));
    writer.add(rowOf(26, { log: 'x'.repeat(20_000) }));
    await writer.flush();
    expect(store.batches.map((batch) => batch.length)).toEqual([10, 10, 5, 1, 1]);
    expect(store.batches.flat().map(({ id }) => Number(id.slice(4)))).toEqual(numbers(0, 27));
  });

  it('has written all that came before a flush when that ends', async () => {
    const writer = open();
    writer.add(rowOf(1));
    const first = writer.flush();
    writer.add(rowOf(2));
    await Promise.all([first, writer.flush()]);
    expect(store.numbers).toEqual([1, 2]);
    await writer.flush();
    expect(store.attempts).toBe(store.batches.length);
  });

  it('tries again while the database is away, and loses nothing', async () => {
    const writer = open({ windowMs: 2 });
    store.away = true;
    const back = new Promise<void>((resolve) => {
      store.attempted = () => {
        store.away = store.attempts < 4;
        if (!store.away) resolve();
      };
    });
    for (const number of numbers(0, 5)) writer.add(rowOf(number));
    await back;
    await writer.flush();
    expect(store.numbers).toEqual(numbers(0, 5));
    expect(warnings).toEqual(['The database is away; runs wait to be written']);
  });

  it('writes the others where one cannot be written', async () => {
    const writer = open();
    store.poison = rowOf(2).id;
    for (const number of numbers(0, 5)) writer.add(rowOf(number));
    await writer.flush();
    expect(store.numbers).toEqual([0, 1, 3, 4]);
    expect(warnings).toEqual([
      expect.objectContaining({ runId: store.poison }),
      { withoutDetails: 0, lost: 1 },
    ]);
  });

  it('drops the oldest details first where too much piles up, and then the oldest runs', async () => {
    const large = { log: `["${'x'.repeat(10_000)}"]`, logLines: 1 };
    const writer = open({ maxRows: 6, maxBytes: 70_000 });
    store.away = true;
    for (const number of numbers(0, 8)) writer.add(rowOf(number, large));
    store.away = false;
    await writer.flush();
    expect(store.numbers).toEqual(numbers(2, 8));
    const whole = [...store.rows.values()].filter(({ log }) => log !== '[]');
    expect(whole.map(({ id }) => Number(id.slice(4)))).toEqual([5, 6, 7]);
    expect(store.rows.get(rowOf(2).id)).toMatchObject({ log: '[]', logDropped: 1 });
    expect(warnings).toEqual([{ withoutDetails: 5, lost: 2 }]);
  });

  it('amends a run that waits, one that is written, and one that is being written', async () => {
    const writer = open();
    writer.add(rowOf(1));
    writer.amend(rowOf(1).id, { outcome: 'type' });
    writer.add(rowOf(2));
    store.attempted = () => {
      store.attempted = () => undefined;
      writer.amend(rowOf(2).id, { responses: '{}' });
    };
    await writer.flush();
    writer.amend(rowOf(1).id, { responses: '{"checked":1}' });
    await writer.flush();
    expect(store.rows.get(rowOf(1).id)).toMatchObject({
      outcome: 'type',
      responses: '{"checked":1}',
    });
    expect(store.rows.get(rowOf(2).id)).toMatchObject({ outcome: 'ok', responses: '{}' });
  });

  it('writes what is left when it is closed', async () => {
    const writer = open();
    writer.add(rowOf(1));
    await writer.close();
    expect(store.numbers).toEqual([1]);
  });

  it('gives up what cannot be written when it is closed, and says how much', async () => {
    const writer = open({ windowMs: 1 });
    store.away = true;
    writer.add(rowOf(1));
    writer.add(rowOf(2));
    await writer.close();
    expect(store.attempts).toBe(3);
    expect(warnings.at(-1)).toEqual({ withoutDetails: 0, lost: 2 });
  });
});
