import { jest } from '@jest/globals';

import { until } from '../../common/until.fixture.js';
import { BATCH_WINDOW } from '../child-messages.js';
import { Child } from './child.js';
import { LoopMeter } from './loop-meter.fixture.js';
import { SandboxPool } from './pool.js';
import { callJob, readJob, runs, WIDE } from './pool-fixture.js';
import { RoguePrograms } from './rogue-process.fixture.js';
import { SpawnError } from '../sandbox.errors.js';
import type { RunLimits } from '../sandbox.types.js';

const MB = 1024 * 1024;
const LIMITS: RunLimits = { ...WIDE, wallMs: 5_000, resultBytes: 5 * MB };
/** For those that nothing but time ends. */
const SHORT_MS = 700;

const pids = new Set<number>();
const start = Child.start.bind(Child);
jest.spyOn(Child, 'start').mockImplementation((options, onPid) =>
  start(options, (child) => {
    pids.add(child.pid);
    onPid(child);
  }),
);

const programs = new RoguePrograms();
let pool: SandboxPool | undefined;
afterEach(() => pool?.close());
afterAll(() => {
  programs.remove();
  expect([...pids].filter(runs)).toEqual([]);
});

/** What the process does in a run, and how that ends for whoever asked for the run. */
const inRuns: [name: string, body: string, ends: string][] = [
  ['sends garbage', "put('HTTP/1.1 200 OK\\r\\n\\r\\n')", 'crashed'],
  ['sends zeros', 'put(Buffer.alloc(64))', 'crashed'],
  ['sends half a prefix and ends', 'put(Buffer.alloc(4)); process.exit(0)', 'crashed'],
  ['sends half a frame and ends', 'put(frame(ok).subarray(0, 20)); process.exit(0)', 'crashed'],
  ['sends half a frame and waits', 'put(frame(ok).subarray(0, 20)); stay()', 'crashed'],
  ['announces a header of 2 GB', 'put(lengths(2 ** 31, 0)); stay()', 'crashed'],
  ['announces a payload of 4 GB', 'put(lengths(2, 2 ** 32 - 1)); stay()', 'crashed'],
  ['announces a header just too large', 'put(lengths(2 ** 20 + 1, 0)); stay()', 'crashed'],
  [
    'announces a payload just too large',
    'put(lengths(2, 2 ** 25 + 2 ** 20 + 1)); stay()',
    'crashed',
  ],
  ['sends a header that is no JSON', "send('{')", 'crashed'],
  ['sends a header that is an array', "send('[]')", 'crashed'],
  ['sends a header that is null', "send('null')", 'crashed'],
  [
    'sends a header of deep brackets',
    "send('{\"type\":\"log\",\"line\":' + '['.repeat(5e5) + ']'.repeat(5e5) + '}'.slice(0, 1))",
    'crashed',
  ],
  ['says that it is ready again', "send({ type: 'ready' })", 'crashed'],
  ['sends a pong that nobody asked for', "send({ type: 'pong' })", 'crashed'],
  ['sends what only it is sent', "send({ type: 'run' })", 'crashed'],
  [
    'sends a type named __proto__',
    'send(\'{"__proto__":{"type":"done"},"type":"__proto__"}\')',
    'crashed',
  ],
  ['asks twice by one id', 'send(ask(1)); send(ask(1))', 'crashed'],
  ['asks more than its window', 'for (let id = 0; id < 65; id++) send(ask(id))', 'crashed'],
  ['sends records in a call', "send({ type: 'records', count: 1, pages: 1 }, '{}\\n')", 'crashed'],
  ['gives a value that is no JSON', "send(ok, '{')", 'crashed'],
  ['gives no value', 'send(ok)', 'crashed'],
  ['says that it crashed', "send(done({ kind: 'crashed', message: '' }))", 'crashed'],
  ['says that it was cancelled', "send(done({ kind: 'cancelled', message: '' }))", 'crashed'],
  ['makes a limit up', "send(done({ kind: 'limit', code: 'run.free', message: '' }))", 'crashed'],
  ['is done without an outcome', "send({ type: 'done' })", 'crashed'],
  [
    'is done with counts below nothing',
    "send(done({ kind: 'ok', stop: 'end' }, { counts: { records: -1 } }), '1')",
    'crashed',
  ],
  ['is done twice', "put(frame(ok, '1'), frame(ok, '2'))", 'ok'],
  ['asks after it is done', "put(frame(ok, '1'), frame(ask(1)))", 'ok'],
  [
    'talks after it is done',
    "send(ok, '1'); setTimeout(() => send({ type: 'log', line: {} }), 50)",
    'ok',
  ],
  ['ends as if all were well', 'process.exit(0)', 'crashed'],
  ['ends with an error', 'process.exit(7)', 'crashed'],
  ['throws', "throw new Error('out of order')", 'crashed'],
  ['kills itself', "process.kill(process.pid, 'SIGKILL')", 'crashed'],
  ['aborts', 'process.abort()', 'crashed'],
  [
    'ends in the middle of an answer',
    "put(frame(ok, '1'.repeat(1e6)).subarray(0, 5e5)); process.exit(0)",
    'crashed',
  ],
  ['closes its output and stays', 'closeSync(1); stay()', 'crashed'],
  ['closes its input and stays', 'process.stdin.destroy(); stay()', 'run.time'],
  ['says nothing', 'stay()', 'run.time'],
  ['stops itself', "process.kill(process.pid, 'SIGSTOP')", 'run.time'],
  [
    'floods its errors',
    "const bytes = Buffer.alloc(1e5, 'x'); const step = () => process.stderr.write(bytes, step); step()",
    'run.time',
  ],
  [
    'floods with lines of logs',
    "flood(Buffer.concat(Array(500).fill(frame({ type: 'log', line: { atMs: 1, level: 'info', text: 'x' } }))))",
    'run.time',
  ],
  [
    'floods with long lines',
    "flood(frame({ type: 'log', line: { atMs: 1, level: 'info', text: 'x'.repeat(2e5) } }))",
    'run.time',
  ],
  [
    'floods with pongs',
    "flood(Buffer.concat(Array(500).fill(frame({ type: 'pong' }))))",
    'crashed',
  ],
  [
    'floods with aborts',
    "flood(Buffer.concat(Array(500).fill(frame({ type: 'abort', id: 1 }))))",
    'run.time',
  ],
];

describe('a process that', () => {
  it.each(inRuns)('%s is ended, and the pool goes on', async (_name, body, ends) => {
    pool = new SandboxPool({ min: 1, max: 1, entry: programs.write(body) });
    await pool.start();
    const [rogue = 0] = [...pids].slice(-1);
    const before = process.memoryUsage();
    const meter = new LoopMeter();
    const fetch = () => new Promise<never>(() => undefined);
    const limits = { ...LIMITS, ...(ends === 'run.time' && { wallMs: SHORT_MS }) };
    const outcome = await pool.call(callJob('rogue', { limits, fetch }));
    expect(meter.stop()).toBeLessThan(400);
    const after = process.memoryUsage();
    expect(after.heapUsed + after.external).toBeLessThan(
      before.heapUsed + before.external + 64 * MB,
    );
    expect(outcome.kind === 'limit' ? outcome.code : outcome.kind).toBe(ends);
    if (outcome.kind === 'ok') expect(outcome.value).toBe(1);
    expect(outcome.log.length).toBeLessThanOrEqual(limits.logLines);
    // On a busy machine a flood takes its time from whoever watches the clock.
    expect(outcome.durationMs).toBeLessThanOrEqual(limits.wallMs + 2_000);
    // The next one may get a process that is about to be found out.
    if (outcome.kind === 'ok') expect(await until(() => !runs(rogue))).toBe(true);
    expect(await pool.call(callJob('honest'))).toMatchObject({ kind: 'ok', value: 1 });
  });

  it.each([
    [
      'sends records without waiting',
      `for (let i = 0; i <= ${BATCH_WINDOW}; i++) send({ type: 'records', count: 1, pages: 1 }, '{}\\n')`,
    ],
    [
      'is done before its records were taken',
      "put(frame({ type: 'records', count: 1, pages: 1 }, '{}\\n'), frame(ok))",
    ],
    ['counts records below nothing', "send({ type: 'records', count: -1, pages: 1 }, '{}\\n')"],
  ])('%s in a read is ended', async (_name, body) => {
    pool = new SandboxPool({ min: 1, max: 1, entry: programs.write(body) });
    await pool.start();
    const { job } = readJob('rogue', {
      limits: LIMITS,
      onRecords: () => new Promise((done) => setTimeout(done, 100)),
    });
    expect(await pool.read(job)).toMatchObject({ kind: 'crashed' });
    expect(await pool.call(callJob('honest'))).toMatchObject({ kind: 'ok', value: 1 });
  });

  it.each([
    ['ends before it is ready', 'process.exit(0);'],
    ['sends garbage before it is ready', "put('garbage, and more of it'); stay();"],
    ['speaks before it is ready', "send({ type: 'log' }); stay();"],
    ['asks before it is ready', 'send(ask(1)); stay();'],
    ['does not parse', 'const = ;'],
  ])('%s is never used', async (_name, atStart) => {
    pool = new SandboxPool({ min: 1, max: 1, entry: programs.write('', atStart) });
    await expect(pool.start()).rejects.toBeInstanceOf(SpawnError);
  });

  it('is never ready is given up', async () => {
    const entry = programs.write('', 'stay();');
    pool = new SandboxPool({ min: 1, max: 1, readyMs: 500, entry });
    await expect(pool.start()).rejects.toBeInstanceOf(SpawnError);
  });
});
