import { SandboxPool } from './pool.js';
import { callJob, readJob } from './pool-fixture.js';

const RECORDS =
  'async function* f() { for (let n = 0; n < 5; n++) yield [{ id: String(n), fields: {} }]; }';

/** A taker that takes nothing until it is told to. */
function slowReader(owner: string) {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let reached = () => {};
  const begun = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const { job } = readJob(RECORDS, { owner });
  const onRecords = async (): Promise<void> => {
    reached();
    await opened;
  };
  return { job: { ...job, onRecords }, open, begun };
}

describe('a read whose taker is slow', () => {
  let pool: SandboxPool;
  afterEach(() => pool.close());

  const call = (owner: string) => pool.call(callJob('function f() { return 1 }', { owner }));

  it('keeps no process from others', async () => {
    pool = new SandboxPool({ min: 1, max: 1, maxParked: 4, parkAfterMs: 20 });
    await pool.start();
    const readers = ['usr_1', 'usr_1', 'usr_2'].map(slowReader);
    const reads = readers.map(({ job }) => pool.read(job));
    await Promise.all(readers.map(({ begun }) => begun));
    expect(await call('usr_3')).toMatchObject({ value: 1 });
    expect(await call('usr_1')).toMatchObject({ value: 1 });
    for (const { open } of readers) open();
    for (const outcome of await Promise.all(reads)) {
      expect(outcome).toMatchObject({ kind: 'ok', counts: { records: 5 } });
    }
  }, 30_000);

  it('counts like any other where too many are slow, or too many of one owner', async () => {
    pool = new SandboxPool({ min: 1, max: 1, maxParked: 2, parkAfterMs: 20 });
    await pool.start();
    const readers = ['usr_1', 'usr_1'].map(slowReader);
    const reads = readers.map(({ job }) => pool.read(job));
    await Promise.all(readers.map(({ begun }) => begun));
    // The second may not stand aside: it has the one process that is left.
    let answered = false;
    const waiting = call('usr_2').finally(() => {
      answered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(answered).toBe(false);
    readers[1]?.open();
    expect(await waiting).toMatchObject({ value: 1 });
    readers[0]?.open();
    await Promise.all(reads);
  }, 30_000);

  it('is ended by its signal, and leaves its place', async () => {
    pool = new SandboxPool({ min: 1, max: 1, maxParked: 2, parkAfterMs: 20 });
    await pool.start();
    const controller = new AbortController();
    const { job, begun, open } = slowReader('usr_1');
    const read = pool.read({ ...job, signal: controller.signal });
    await begun;
    expect(await call('usr_2')).toMatchObject({ value: 1 });
    controller.abort();
    open();
    expect(await read).toMatchObject({ kind: 'cancelled' });
    expect(await call('usr_1')).toMatchObject({ value: 1 });
  }, 30_000);
});
