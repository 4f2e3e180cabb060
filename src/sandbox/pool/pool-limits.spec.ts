import { existsSync, readFileSync } from 'node:fs';

import { Child } from './child.js';
import { SandboxPool } from './pool.js';
import { callJob, readJob, WIDE } from './pool-fixture.js';
import type { CallOutcome, RunLimits } from '../sandbox.types.js';
import { runnerEntry } from './spawn-child.js';

const pool = new SandboxPool({ min: 2, max: 4 });

beforeAll(() => pool.start(), 30_000);
afterAll(() => pool.close());

const run = (source: string, limits: Partial<RunLimits> = {}): Promise<CallOutcome> =>
  pool.call(callJob(source, { limits: { ...WIDE, ...limits } }));

describe('a run ends by', () => {
  it('run.stalled at a promise that nothing can settle, at once', async () => {
    for (const source of [
      'function f() { return new Promise(() => {}) }',
      'async function f() { await new Promise(() => {}) }',
      'function f() { return { then() {} } }',
    ]) {
      const outcome = await run(source);
      expect(outcome).toMatchObject({ kind: 'limit', code: 'run.stalled' });
      expect(outcome.durationMs).toBeLessThan(2_000);
    }
  });

  it('run.time where a native loop outlasts it', async () => {
    const source = 'function f() { Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1) }';
    expect(await run(source, { wallMs: 300 })).toMatchObject({ code: 'run.time' });
  });

  it('run.memory where responses that nobody reads pile up', async () => {
    const body = new Uint8Array(10 * 1024 * 1024);
    const outcome = await pool.call(
      callJob(
        "async function f() { const kept = []; for (let i = 0; i < 9; i++) kept.push(await fetch('https://a.example')); return kept.length }",
        {
          limits: { ...WIDE, memoryBytes: 64 * 1024 * 1024 },
          fetch: ({ url }) =>
            Promise.resolve({
              status: 200,
              statusText: '',
              url,
              redirected: false,
              headers: [],
              body,
            }),
        },
      ),
    );
    expect(outcome).toMatchObject({ kind: 'limit', code: 'run.memory' });
  });

  it('run.result at a value above it', async () => {
    const outcome = await run("function f() { return 'ä'.repeat(600) }", { resultBytes: 1_000 });
    expect(outcome).toMatchObject({ kind: 'limit', code: 'run.result' });
  });

  it('run.result at a value of more values than may be parsed', async () => {
    const give = (count: number) => run(`function f() { return new Array(${count}).fill({}) }`);
    expect(await give(20_000)).toMatchObject({ kind: 'ok' });
    expect(await give(60_000)).toMatchObject({ kind: 'limit', code: 'run.result' });
  });

  it('run.result where a mapping makes one record too large', async () => {
    const { job } = readJob("function f() { return [{ id: 1, a: 'x'.repeat(300) }] }", {
      limits: { ...WIDE, resultBytes: 1_000 },
      mapping: {
        recordArrayPath: '',
        fields: [1, 2, 3, 4].map((n) => ({ path: 'a', type: 'text', name: `f${n}` })),
      },
    });
    expect(await pool.read(job)).toMatchObject({ kind: 'limit', code: 'run.result' });
  });
});

describe('a run does not end where', () => {
  it('its time is spent waiting', async () => {
    const source =
      'async function f() { for (let i = 0; i < 30; i++) await new Promise((d) => setTimeout(d, 20)); return 1 }';
    expect(await run(source, { cpuMs: 200 })).toMatchObject({ kind: 'ok' });
  });

  it('it computes in pieces with waits between them', async () => {
    const source = `async function f() {
      for (let i = 0; i < 8; i++) {
        const until = Date.now() + 60; while (Date.now() < until);
        await new Promise((d) => setTimeout(d, 5));
      }
      return 1 }`;
    expect(await run(source, { cpuMs: 300 })).toMatchObject({ kind: 'ok' });
  });

  it('it catches an overflow of the stack', async () => {
    const source =
      'function g() { return g() + 1 } function f() { try { g() } catch (e) { return e.message } }';
    expect(await run(source)).toMatchObject({ value: 'stack overflow' });
  });

  it('it drops the responses that it does not read', async () => {
    const body = new Uint8Array(10 * 1024 * 1024);
    const outcome = await pool.call(
      callJob(
        "async function f() { let n = 0; for (let i = 0; i < 12; i++) n += (await fetch('https://a.example')).status; return n }",
        {
          limits: { ...WIDE, memoryBytes: 64 * 1024 * 1024 },
          fetch: ({ url }) =>
            Promise.resolve({
              status: 200,
              statusText: '',
              url,
              redirected: false,
              headers: [],
              body,
            }),
        },
      ),
    );
    expect(outcome).toMatchObject({ kind: 'ok', value: 2_400 });
  });
});

const procTold = existsSync('/proc/self/stat') ? it : it.skip;

describe('what nothing inside can interrupt', () => {
  procTold.each([
    ['a native loop', 'function f() { Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1) }'],
    ['a search', "function f() { const s = 'a'.repeat(1e6); s.indexOf('a'.repeat(5e5) + 'b') }"],
    ['a join', "function f() { return Array.prototype.join.call({ length: 2 ** 53 - 1 }, '') }"],
  ])('is ended half a second of CPU after its limit: %s', async (_name, source) => {
    let pid = 0;
    const options = { entry: runnerEntry(), log: () => undefined, readyMs: 20_000 };
    const child = await Child.start(options, (one) => {
      pid = one.pid;
    });
    const before = cpuMsOf(pid);
    let spent = 0;
    const sampling = setInterval(() => {
      if (child.alive) spent = cpuMsOf(pid) - before;
    }, 10);
    const limits = { ...WIDE, cpuMs: 300 };
    const { outcome } = await child.run(callJob(source, { limits }));
    clearInterval(sampling);
    await child.gone;
    expect(outcome).toMatchObject({ kind: 'limit', code: 'run.cpu' });
    expect(spent).toBeLessThanOrEqual(limits.cpuMs + 500);
  });
});

/** CPU time of a process so far. */
function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
