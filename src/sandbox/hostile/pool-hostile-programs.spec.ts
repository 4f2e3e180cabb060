import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { jest } from '@jest/globals';

import { Child } from '../pool/child.js';
import { hostileKinds } from './hostile-programs.fixture.js';
import type { HostileKind, HostileProgram } from './hostile-programs.types.js';
import { hostileRemote } from './hostile-remote.fixture.js';
import { LoopMeter } from '../pool/loop-meter.fixture.js';
import { SandboxPool } from '../pool/pool.js';
import { callJob, readJob, runs } from '../pool/pool-fixture.js';
import type { CallOutcome, ReadOutcome, RunLimits } from '../sandbox.types.js';

const MB = 1024 * 1024;
const LANES = 3;
/** Of those that end by it: more of it only takes longer. */
const LEAST_CPU_MS = 200;
const HELD_MS = 100;
const LATE_MS = 500;
const NEIGHBOUR_MS = 5_000;
/** How often one is tried again by itself, where a busy machine may have spoilt it. */
const TRIES = 4;
const LIMITS: RunLimits = {
  wallMs: 4_000,
  cpuMs: 600,
  memoryBytes: 64 * MB,
  resultBytes: 5 * MB,
  logLines: 200,
};

/** A run of another user, that waits, asks and looks whether its realm is as it should be. */
const NEIGHBOUR = `async function f(n) {
  const seen = [typeof secret, {}.kind === undefined, [].toJSON === undefined, JSON.stringify({ b: 1 })];
  for (let i = 0; i < 5; i++) {
    await new Promise((done) => setTimeout(done, 30));
    seen.push((await (await fetch('https://a.example')).json()).a);
  }
  return [n, ...seen];
}`;
const NEIGHBOUR_GIVES = ['undefined', true, true, '{"b":1}', 1, 1, 1, 1, 1];

interface Report {
  outcome: CallOutcome | ReadOutcome;
  limits: RunLimits;
  heldMs: number;
  /** When it was asked for, and when it was over. */
  from: number;
  to: number;
  lines: string[];
}

const pids = new Set<number>();
const start = Child.start.bind(Child);
jest.spyOn(Child, 'start').mockImplementation((options, onPid) =>
  start(options, (child) => {
    pids.add(child.pid);
    onPid(child);
  }),
);

const pool = new SandboxPool({ min: LANES + 1, max: LANES + 1 });
const programs = Object.entries(hostileKinds).flatMap(([title, kind]) =>
  kind.programs.map((program) => ({ key: `${title}: ${program[0]}`, kind, program })),
);
const reports = new Map<string, Report>();
const neighbours: { outcome: CallOutcome; from: number; to: number }[] = [];
let heldBefore = 0;

async function tryOut(kind: HostileKind, program: HostileProgram, wallFactor = 1): Promise<Report> {
  const [, source, ends = kind.ends, own] = program;
  const limits = { ...LIMITS, ...kind.limits, ...own };
  if (ends === 'run.cpu') limits.cpuMs = LEAST_CPU_MS;
  limits.wallMs *= wallFactor;
  const more = { limits, fetch: hostileRemote, args: [1] };
  const code = (kind.prelude ?? '') + source;
  const { job, lines } = readJob(code, more);
  const meter = new LoopMeter();
  const from = performance.now();
  const outcome = await (kind.reads ? pool.read(job) : pool.call(callJob(code, more)));
  return { outcome, limits, lines, heldMs: meter.stop(), from, to: performance.now() };
}

/** Runs the neighbour again and again until the signal aborts. */
async function keepNeighbours(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const from = performance.now();
    const args = [neighbours.length];
    const outcome = await pool.call(callJob(NEIGHBOUR, { fetch: hostileRemote, args }));
    neighbours.push({ outcome, from, to: performance.now() });
  }
}

/** The neighbours that ran while a program did. */
function besides({ from, to }: Report): CallOutcome[] {
  return neighbours
    .filter((each) => each.from <= to && each.to >= from)
    .map((each) => each.outcome);
}

function endOf({ outcome }: Report): string {
  return outcome.kind === 'limit' ? outcome.code : outcome.kind;
}

/** Whether what a busy machine can spoil was spoiled. */
function disturbed(report: Report, expected: string): boolean {
  return (
    (endOf(report) === 'run.time' && expected !== 'run.time') ||
    report.heldMs > HELD_MS ||
    report.outcome.durationMs > report.limits.wallMs + LATE_MS ||
    besides(report).some(({ durationMs }) => durationMs > NEIGHBOUR_MS)
  );
}

function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

beforeAll(async () => {
  await pool.start();
  await Promise.all(Array.from({ length: LANES + 1 }, () => pool.call(callJob('function f() {}'))));
  heldBefore = heldBytes();
  const left = [...programs];
  const again: typeof programs = [];
  const lane = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) {
      const { key, kind, program } = next;
      const report = await tryOut(kind, program);
      reports.set(key, report);
      if (disturbed(report, program[2] ?? kind.ends)) again.push(next);
    }
  };
  const enough = new AbortController();
  const kept = keepNeighbours(enough.signal);
  await Promise.all(Array.from({ length: LANES }, lane));
  for (const { key, kind, program } of again) {
    for (let left = TRIES; left > 0; left -= 1) {
      const report = await tryOut(kind, program, 4);
      reports.set(key, report);
      if (!disturbed(report, program[2] ?? kind.ends)) break;
    }
  }
  enough.abort();
  await kept;
}, 300_000);

afterAll(() => pool.close());

describe.each(Object.entries(hostileKinds))('of %s', (title, kind) => {
  it.each(kind.programs.map(([name, , ends = kind.ends]) => [name, ends] as const))(
    '%s ends as %s, and harms nobody',
    (name, ends) => {
      const report = reports.get(`${title}: ${name}`);
      if (!report) throw new Error('It did not run.');
      const { outcome, limits, heldMs, lines } = report;
      expect(endOf(report)).toBe(ends);
      expect(outcome.durationMs).toBeLessThanOrEqual(limits.wallMs + LATE_MS);
      if (outcome.kind !== 'ok') {
        expect(Buffer.byteLength(outcome.message)).toBeLessThanOrEqual(2_048);
        expect(outcome.message).not.toMatch(/[\0\ud800-\udfff]|\/dist\/|node_modules/u);
      } else if ('value' in outcome && kind.value !== undefined) {
        expect(outcome.value).toBe(kind.value);
      }
      expect(outcome.log.length).toBeLessThanOrEqual(limits.logLines);
      for (const line of lines) {
        expect(Object.keys(JSON.parse(line) as object)).toEqual(['id', 'fields']);
      }
      expect(heldMs).toBeLessThanOrEqual(HELD_MS);
      const neighbour = besides(report);
      expect(neighbour.length).toBeGreaterThan(0);
      for (const run of neighbour) {
        const value = [expect.any(Number), ...NEIGHBOUR_GIVES];
        expect(run).toMatchObject({ kind: 'ok', value });
        expect(run.durationMs).toBeLessThanOrEqual(NEIGHBOUR_MS);
      }
    },
  );
});

describe('after all of them', () => {
  it('no memory of this process is held for them, and its prototypes are what they were', () => {
    expect(heldBytes() - heldBefore).toBeLessThan(32 * MB);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  it('a held-up event loop would have been noticed', async () => {
    const meter = new LoopMeter();
    await new Promise((done) => setTimeout(done, 30));
    const { user } = process.cpuUsage();
    while (process.cpuUsage().user - user < 150_000);
    expect(meter.stop()).toBeGreaterThan(HELD_MS);
  });

  it('a run sees nothing of the runs before it', async () => {
    const leave = `globalThis.secret = 1; var other = 2; Array.prototype.leak = 3;
      function f() { setTimeout(() => 1, 5) }`;
    const look = 'function f() { return [typeof secret, typeof other, typeof [].leak] }';
    const one = new SandboxPool({ min: 1, max: 1 });
    await one.start();
    for (const source of [leave, look, leave, look]) {
      const outcome = await one.call(callJob(source));
      const value = source === look ? ['undefined', 'undefined', 'undefined'] : null;
      expect(outcome).toMatchObject({ kind: 'ok', value });
    }
    await one.close();
  });

  it('no process is left', async () => {
    await pool.close();
    expect(pids.size).toBeGreaterThan(LANES + 1);
    expect([...pids].filter(runs)).toEqual([]);
  });
});
