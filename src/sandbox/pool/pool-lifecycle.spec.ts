import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { until } from '../../common/until.fixture.js';
import { SandboxPool, type SandboxPoolOptions } from './pool.js';
import { callJob, runs, WIDE } from './pool-fixture.js';
import { PoolBusyError, PoolClosedError, SpawnError } from '../sandbox.errors.js';
import type { CallOutcome } from '../sandbox.types.js';
import { runnerEntry } from './spawn-child.js';

const SLEEP = 'function f(ms) { return new Promise((done) => setTimeout(() => done(ms), ms)) }';
const SPIN = 'function f() { Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1) }';
const MINUTE = 60_000;

let pool: SandboxPool | undefined;
afterEach(() => pool?.close());

async function open(options: SandboxPoolOptions): Promise<SandboxPool> {
  pool = new SandboxPool(options);
  await pool.start();
  return pool;
}

const sleep = (
  on: SandboxPool,
  ms: number,
  signal?: AbortSignal,
  owner = 'usr_1',
): Promise<CallOutcome> =>
  on.call(callJob(SLEEP, { owner, args: [ms], ...(signal ? { signal } : {}) }));
const sleepFor = (owner: string, on: SandboxPool, ms: number): Promise<CallOutcome> =>
  sleep(on, ms, undefined, owner);

/** The process ids of the sandboxes that a process started. */
function childrenOf(parent: number | undefined): number[] {
  const list = execFileSync('ps', ['-eo', 'pid=,ppid=,args=']).toString().split('\n');
  return list
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, ppid, ...args]) => Number(ppid) === parent && args.join(' ').includes('runner/main'),
    )
    .map(([pid]) => Number(pid));
}

describe('a pool', () => {
  it('keeps processes ready, starts more on demand and retires them', async () => {
    const four = await open({ min: 1, max: 3, idleMs: 400 });
    expect(childrenOf(process.pid)).toHaveLength(1);
    await Promise.all(['a', 'b', 'c', 'd'].map((owner) => sleepFor(owner, four, 150)));
    expect(childrenOf(process.pid)).toHaveLength(3);
    expect(await until(() => childrenOf(process.pid).length === 1, 5_000)).toBe(true);
  }, 20_000);

  it('runs in the order of the calls, and refuses what is beyond its queue', async () => {
    const one = await open({ min: 1, max: 1, maxQueued: 2 });
    const ended: number[] = [];
    const calls = [30, 20, 10].map(async (ms) => {
      await sleep(one, ms);
      ended.push(ms);
    });
    await expect(sleep(one, 1)).rejects.toBeInstanceOf(PoolBusyError);
    await Promise.all(calls);
    expect(ended).toEqual([30, 20, 10]);
    expect(await sleep(one, 1)).toMatchObject({ kind: 'ok', value: 1 });
  });

  it('lets a hundred runs of one owner delay a single one of another by none', async () => {
    const two = await open({ min: 2, max: 2 });
    const hundred = Promise.allSettled(Array.from({ length: 100 }, () => sleep(two, 100)));
    await new Promise((done) => setTimeout(done, 250));
    const began = performance.now();
    expect(await sleepFor('usr_2', two, 1)).toMatchObject({ kind: 'ok' });
    expect(performance.now() - began).toBeLessThan(1_000);
    await two.close();
    const ends = await hundred;
    expect(ends.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(50);
  });

  it('lets them delay it by one run where there is one process', async () => {
    const one = await open({ min: 1, max: 1 });
    const ended: string[] = [];
    const note = (name: string) => () => ended.push(name);
    const hundred = Array.from({ length: 100 }, () => sleep(one, 20).then(note('many'), () => 0));
    const single = sleepFor('usr_2', one, 1).then(note('single'));
    await single;
    expect(ended.length).toBeLessThanOrEqual(2);
    await one.close();
    await Promise.all(hundred);
  });

  it('refuses what one owner has beyond the queue, and takes the run of another', async () => {
    const one = await open({ min: 1, max: 1, maxQueued: 1 });
    const taken = [sleep(one, 50), sleep(one, 1)];
    await expect(sleep(one, 1)).rejects.toBeInstanceOf(PoolBusyError);
    expect(await sleepFor('usr_2', one, 1)).toMatchObject({ kind: 'ok' });
    expect(await Promise.all(taken)).toMatchObject([{ kind: 'ok' }, { kind: 'ok' }]);
  });

  it('cancels what runs and what waits by their signals', async () => {
    const one = await open({ min: 1, max: 1 });
    const controllers = [0, 1, 2].map(() => new AbortController());
    const [first, second, third] = controllers.map(({ signal }) => sleep(one, 200, signal));
    const [pid = 0] = childrenOf(process.pid);
    controllers[1]?.abort();
    expect(await second).toMatchObject({ kind: 'cancelled' });
    await new Promise((done) => setTimeout(done, 50));
    controllers[0]?.abort();
    expect(await first).toMatchObject({ kind: 'cancelled' });
    expect(await third).toMatchObject({ kind: 'ok' });
    expect(runs(pid)).toBe(false);
    expect(await sleep(one, 1, AbortSignal.abort())).toMatchObject({ kind: 'cancelled' });
  });

  it('replaces processes after many runs, after a limit and after a crash', async () => {
    const one = await open({ min: 1, max: 1, recycleAfter: 2 });
    const seen = new Set<number>();
    const note = (): void => {
      for (const pid of childrenOf(process.pid)) seen.add(pid);
    };
    for (let i = 0; i < 4; i++) {
      note();
      expect((await sleep(one, 1)).kind).toBe('ok');
    }
    expect(seen.size).toBeGreaterThanOrEqual(2);
    const limited = await one.call(
      callJob('function f() { for (;;); }', { limits: { ...WIDE, cpuMs: 100 } }),
    );
    expect(limited.kind).toBe('limit');
    let begun = false;
    const fetch = (): Promise<never> => {
      begun = true;
      return new Promise(() => undefined);
    };
    const killed = one.call(
      callJob("async function f() { await fetch('https://a.example') }", { fetch }),
    );
    await until(() => begun, 10_000);
    for (const pid of childrenOf(process.pid)) process.kill(pid, 'SIGKILL');
    expect(await killed).toMatchObject({ kind: 'crashed' });
    expect(await sleep(one, 1)).toMatchObject({ kind: 'ok' });
  }, 20_000);

  it('proves its health by a real run, even where every process is at work', async () => {
    const one = await open({ min: 1, max: 1 });
    await one.health();
    const controller = new AbortController();
    const busy = sleep(one, MINUTE, controller.signal);
    await one.health();
    controller.abort();
    await busy;
  });

  it('leaves no process behind when closed, and takes no run after that', async () => {
    const closing = await open({ min: 2, max: 3 });
    const ends = Promise.allSettled([
      sleep(closing, MINUTE),
      closing.call(callJob(SPIN)),
      sleepFor('usr_2', closing, MINUTE),
    ]);
    const waiting = expect(sleep(closing, 1)).rejects.toBeInstanceOf(PoolClosedError);
    await until(() => childrenOf(process.pid).length === 3, 5_000);
    const pids = childrenOf(process.pid);
    await closing.close();
    expect(pids.filter(runs)).toEqual([]);
    for (const end of await ends) {
      if (end.status === 'fulfilled') expect(end.value.kind).toBe('cancelled');
      else expect(end.reason).toBeInstanceOf(PoolClosedError);
    }
    await waiting;
    await expect(sleep(closing, 1)).rejects.toBeInstanceOf(PoolClosedError);
    await expect(closing.health()).rejects.toBeInstanceOf(PoolClosedError);
  });

  it('does not start where its processes cannot', async () => {
    const broken = new SandboxPool({ min: 1, max: 1, entry: join(runnerEntry(), '../missing.js') });
    await expect(broken.start()).rejects.toBeInstanceOf(SpawnError);
  });
});

describe('a process that used a pool', () => {
  const module = pathToFileURL(join(runnerEntry(), '../../pool/pool.js')).href;
  const program = (body: string): ChildProcess => {
    const source = `import { SandboxPool } from ${JSON.stringify(module)};
      const limits = { wallMs: 60000, cpuMs: 60000, memoryBytes: 2 ** 27, resultBytes: 1e6, logLines: 1 };
      const pool = new SandboxPool({ min: 2, max: 2 });
      await pool.start();
      const call = (source) => pool.call({ owner: 'usr_1', source, functionName: 'f', args: [], limits, fetch: () => {} });
      ${body}`;
    return spawn(process.execPath, ['--input-type=module', '-e', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  };

  it('ends by itself once the pool is closed', async () => {
    const child = program("await call('function f() {}'); await pool.close();");
    expect(await new Promise((done) => child.once('exit', done))).toBe(0);
  }, 20_000);

  it('leaves no sandbox behind when killed, whatever those are doing', async () => {
    const child = program(
      `void call(${JSON.stringify(SPIN)}); setTimeout(() => console.log('on'), 300);`,
    );
    await new Promise((done) => child.stdout?.once('data', done));
    const pids = childrenOf(child.pid);
    expect(pids).toHaveLength(2);
    child.kill('SIGKILL');
    expect(await until(() => !pids.some(runs), 5_000)).toBe(true);
  }, 20_000);
});
