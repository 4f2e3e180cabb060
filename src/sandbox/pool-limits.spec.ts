import { SandboxPool } from './pool.js';
import { callJob, readJob, WIDE } from './pool-fixture.js';
import type { CallOutcome, RunLimits } from './sandbox.types.js';

const pool = new SandboxPool({ min: 2, max: 4 });

beforeAll(() => pool.start(), 30_000);
afterAll(() => pool.close());

const run = (source: string, limits: Partial<RunLimits> = {}): Promise<CallOutcome> =>
  pool.call(callJob(source, { limits: { ...WIDE, ...limits } }));
const LITTLE_CPU = { cpuMs: 300 };

describe('a run ends by', () => {
  it.each([
    ['a loop', 'function f() { for (;;); }'],
    ['a loop at the top level', 'function f() {}\nfor (;;);'],
    ['a loop in a promise', 'async function f() { await null; for (;;); }'],
    ['a chain of promises', 'async function f() { for (;;) await null }'],
    [
      'a loop that catches all',
      'function f() { for (;;) { try { for (;;); } catch {} finally { continue } } }',
    ],
    ['a slow pattern', "function f() { return /(a+)+b/.test('a'.repeat(60)) }"],
    ['a native loop', 'function f() { Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1) }'],
    [
      'a native loop in a timer',
      'function f() { return new Promise(() => setTimeout(() => Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1))) }',
    ],
    [
      'a native loop behind the result',
      'function f() { const later = () => Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1); Promise.resolve().then(() => 0).then(() => 0).then(later); return 1 }',
    ],
    ['a loop in toJSON', 'function f() { return { toJSON() { for (;;); } } }'],
    ['a loop in a getter of an error', 'function f() { throw { get message() { for (;;); } } }'],
    ['a loop in a thenable', 'function f() { return { then() { for (;;); } } }'],
  ])(
    'run.cpu at %s',
    async (_name, source) => {
      expect(await run(source, LITTLE_CPU)).toMatchObject({ kind: 'limit', code: 'run.cpu' });
    },
    20_000,
  );

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

  it('run.time at a sleep beyond it', async () => {
    const began = performance.now();
    const sleep = 'function f() { return new Promise((done) => setTimeout(done, 60000)) }';
    const outcome = await run(sleep, { wallMs: 300 });
    expect(outcome).toMatchObject({ kind: 'limit', code: 'run.time' });
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('run.time at timers without end', async () => {
    const source =
      'function f() { const again = () => setTimeout(again, 0); again(); return new Promise(() => {}) }';
    expect(await run(source, { wallMs: 500 })).toMatchObject({ code: 'run.time' });
  });

  it('run.time where a native loop outlasts it', async () => {
    const source = 'function f() { Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1) }';
    expect(await run(source, { wallMs: 300 })).toMatchObject({ code: 'run.time' });
  });

  it.each([
    ['a growing array', 'function f() { const a = []; for (;;) a.push({ a: [1, 2, 3] }) }'],
    [
      'a growing array of strings',
      "function f() { const a = []; for (let i = 0; ; i++) a.push('x'.repeat(1000) + i) }",
    ],
    ['a doubling string', "function f() { let s = 'x'; for (;;) s += s }"],
    [
      'a doubling string that is looked at',
      "function f() { let s = 'xy'; for (;;) { s += s; s.lastIndexOf('z') } }",
    ],
    ['a native repeat', "function f() { return 'x'.repeat(1e9).length }"],
    ['a filled array', 'function f() { return new Array(1e9).fill(1).length }'],
    ['buffers', 'function f() { const a = []; for (;;) a.push(new ArrayBuffer(1e7)) }'],
    ['one huge buffer', 'function f() { const a = new Uint8Array(2 ** 31 - 1); return a.length }'],
    [
      'a map',
      'function f() { const m = new Map(); for (let i = 0; ; i++) m.set(i, [i, i, i, i]) }',
    ],
    ['closures', 'function f() { let g = () => 1; for (;;) { const h = g; g = () => h } }'],
    [
      'pending promises',
      'async function f() { const a = []; for (;;) a.push(new Promise(() => {}).then(() => 1)) }',
    ],
    ['timers', 'function f() { for (;;) setTimeout(() => 1, 1e9) }'],
    [
      'a huge text for the host',
      "function f() { const s = 'ä'.repeat(3e7); return new TextEncoder().encode(s).length }",
    ],
    [
      'a clone of much',
      'function f() { const a = new Array(2e6).fill(0).map((_, i) => ({ i })); return structuredClone(a).length }',
    ],
    [
      'a huge result',
      "function f() { const a = []; for (let i = 0; i < 60; i++) a.push('x'.repeat(1e6)); return a }",
    ],
    [
      'memory where all errors are caught',
      'function f() { const a = []; for (let i = 0; i < 1e5; i++) { try { a.push(new Array(1e5).fill(i)) } catch (e) { if (i > 2000) throw e } } }',
    ],
  ])(
    'run.memory at %s, and leaves others alone',
    async (_name, source) => {
      const others = Array.from({ length: 3 }, (_, n) =>
        run(
          `async function f() { for (let i = 0; i < 20; i++) await new Promise((d) => setTimeout(d, 5)); return ${n} }`,
        ),
      );
      const outcome = await run(source, { memoryBytes: 64 * 1024 * 1024 });
      expect(outcome).toMatchObject({ kind: 'limit', code: 'run.memory' });
      expect(await Promise.all(others)).toMatchObject([{ value: 0 }, { value: 1 }, { value: 2 }]);
    },
    30_000,
  );

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
