import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TaskProcesses } from './task-processes.js';

/** Answers with what it was given and its own id; some tasks break it. */
const PROGRAM = `
process.on('message', (task) => {
  if (task === 'loop') for (;;);
  if (task === 'exit') process.exit();
  if (task === 'fill') for (const all = []; ; ) all.push(new Array(1e6).fill({}));
  setTimeout(() => process.send([task, process.pid]), task === 'slow' ? 300 : 0);
});
process.on('disconnect', () => process.exit());
process.send('ready');
`;

describe('TaskProcesses', () => {
  let folder: string;
  let processes: TaskProcesses<unknown, [task: unknown, pid: number]>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'task-processes-'));
    await writeFile(join(folder, 'program.mjs'), PROGRAM);
  });

  beforeEach(() => {
    processes = new TaskProcesses({ program: join(folder, 'program.mjs'), heapMb: 32, size: 2 });
  });

  afterEach(() => processes.stop());

  afterAll(() => rm(folder, { recursive: true }));

  const ask = (task: unknown, owner = 'one', ms = 10_000) =>
    processes.use(owner, (process) => process.ask(task, ms));

  async function pidOf(task: unknown, owner?: string): Promise<number> {
    const outcome = await ask(task, owner);
    if (!('answer' in outcome)) throw new Error(outcome.failed);
    return outcome.answer[1];
  }

  it('answers, with one process again and again', async () => {
    const bytes = new Uint8Array([1, 2]);
    expect(await ask(bytes)).toMatchObject({ answer: [bytes, expect.any(Number)] });
    expect(await pidOf('a')).toBe(await pidOf('b'));
  });

  it('has at most one for each owner, and two in all', async () => {
    const own = await Promise.all([pidOf('slow'), pidOf('slow'), pidOf('slow')]);
    expect(new Set(own).size).toBe(1);
    const all = await Promise.all(['a', 'b', 'c', 'd'].map((owner) => pidOf('slow', owner)));
    expect(new Set(all).size).toBe(2);
  });

  it.each([
    ['takes too long', 'loop', 'time', 300],
    ['ends the process', 'exit', 'ended', 10_000],
    ['takes too much memory', 'fill', 'ended', 20_000],
    ['can’t be sent', () => 1, 'unsendable', 10_000],
  ])('settles a task that %s, and goes on', async (_, task, failed, ms) => {
    expect(await ask(task, 'one', ms)).toEqual({ failed });
    expect(await pidOf('a')).toBeGreaterThan(0);
  });

  it('ends what is under way when it is stopped, and takes nothing from then on', async () => {
    const going = ask('loop', 'one', 60_000);
    await pidOf('a', 'two');
    await processes.stop();
    expect(await going.catch(() => ({ failed: 'stopped' }))).toHaveProperty('failed');
    await expect(ask('a')).rejects.toThrow('stopping');
  });
});
