import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { newId } from '../src/common/ids.js';
import { Shutdown } from '../src/common/shutdown.js';
import { parseSettings } from '../src/config/settings.js';
import { DbService } from '../src/db/db.service.js';
import { JobQueue } from '../src/jobs/job-queue.js';
import { JobStore } from '../src/jobs/job-store.js';
import { JobWorker } from '../src/jobs/job-worker.js';
import { JobLostError, JobPendingError } from '../src/jobs/jobs.errors.js';
import type { HeldJob } from '../src/jobs/jobs.types.js';
import { createDatabase } from './support/database.js';

const KIND = 'test';
const PATIENCE_MS = 15_000;

/** Waits until something holds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('It never came to that.');
    await sleep(20);
  }
}

/** A promise, and the function that fulfils it. */
function gate(): { passed: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

describe('jobs', () => {
  const queue = new JobQueue();
  const workers: JobWorker[] = [];
  let db: DbService;

  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  beforeEach(async () => {
    db = new DbService({ connectionString: await createDatabase() });
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.beforeApplicationShutdown()));
    await db.onApplicationShutdown();
  });

  async function newUser(): Promise<string> {
    const id = newId('usr');
    await db.user.create({ data: { id } });
    return id;
  }

  function add(userId: string, subjectId: string): Promise<void> {
    return queue.add(db, { userId, kind: KIND, subjectId });
  }

  /** Starts a process's worth of work. */
  function startWorker(
    run: (job: HeldJob) => Promise<void>,
    environment: Record<string, string> = {},
    giveUp: (job: HeldJob) => Promise<void> = () => Promise.resolve(),
  ): JobWorker {
    const settings = parseSettings({ JOB_LEASE_SECONDS: '2', ...environment });
    const worker = new JobWorker(db, new JobStore(db, settings), settings, queue, new Shutdown());
    worker.handle({ kind: KIND, run, giveUp });
    worker.onApplicationBootstrap();
    workers.push(worker);
    return worker;
  }

  it('are done once, and then are gone', async () => {
    const user = await newUser();
    const done: string[] = [];
    const run = (job: HeldJob) => {
      done.push(job.subjectId);
      return Promise.resolve();
    };
    startWorker(run);
    startWorker(run);
    const subjects = Array.from({ length: 12 }, (_, n) => `s${n}`);
    for (const subject of subjects) await add(user, subject);
    await until(async () => (await db.job.count()) === 0);
    expect(done.sort()).toEqual(subjects.sort());
  });

  it('are one a subject at a time', async () => {
    const user = await newUser();
    await add(user, 'one');
    await expect(add(user, 'one')).rejects.toThrow(JobPendingError);
    expect(await queue.withdraw(db, 'one')).toBe(true);
    expect(await queue.withdraw(db, 'one')).toBe(false);
    await add(user, 'one');
    expect(await queue.isPending(db, 'one')).toBe(true);
  });

  it('are no more of one user at once than the setting says, while others have their turn', async () => {
    const [many, few] = [await newUser(), await newUser()];
    for (let n = 0; n < 6; n += 1) await add(many, `many${n}`);
    await add(few, 'few');
    const { passed, open } = gate();
    const under = new Map<string, number>();
    let most = 0;
    const seen: string[] = [];
    const run = async ({ userId, subjectId }: HeldJob) => {
      seen.push(subjectId);
      under.set(userId, (under.get(userId) ?? 0) + 1);
      most = Math.max(most, under.get(many) ?? 0);
      await passed;
      under.set(userId, (under.get(userId) ?? 0) - 1);
    };
    startWorker(run);
    startWorker(run);
    await until(() => seen.length === 3);
    expect(seen).toContain('few');
    open();
    await until(async () => (await db.job.count()) === 0);
    expect(most).toBe(2);
  });

  it('are no more at once in a process than the setting says', async () => {
    const { passed, open } = gate();
    let under = 0;
    let most = 0;
    startWorker(
      async () => {
        most = Math.max(most, ++under);
        await passed;
        under -= 1;
      },
      { JOB_CONCURRENCY: '3' },
    );
    for (let n = 0; n < 5; n += 1) await add(await newUser(), `s${n}`);
    await until(() => under === 3);
    open();
    await until(async () => (await db.job.count()) === 0);
    expect(most).toBe(3);
  });

  it('are taken up by another process once a lease is over, and then belong to that alone', async () => {
    const user = await newUser();
    await add(user, 'one');
    const settings = parseSettings({ JOB_LEASE_SECONDS: '2' });
    const dead = new JobStore(db, settings);
    const claimed = await dead.claim([KIND], 'lease of the dead');
    expect(claimed).toMatchObject({ subjectId: 'one', attempts: 1 });
    expect(await dead.claim([KIND], 'another')).toBeNull();
    const taken = gate();
    const { passed, open } = gate();
    startWorker(async (job) => {
      expect(job.attempts).toBe(2);
      taken.open();
      await passed;
      await db.transaction(async (tx) => {
        await job.hold(tx);
        await job.finish(tx);
      });
    });
    await taken.passed;
    // Longer than a lease lasts, so that it has been renewed.
    await until(async () => !(await dead.renew(claimed?.id ?? '', 'lease of the dead')));
    await expect(
      db.transaction((tx) => dead.hold(tx, claimed?.id ?? '', 'lease of the dead')),
    ).rejects.toThrow(JobLostError);
    open();
    await until(async () => (await db.job.count()) === 0);
  });

  it('that failed are begun again after a pause, and given up in the end', async () => {
    const user = await newUser();
    await add(user, 'one');
    let runs = 0;
    const gaveUp: number[] = [];
    startWorker(
      () => {
        runs += 1;
        return Promise.reject(new Error('It did not work.'));
      },
      {},
      (job) => {
        gaveUp.push(job.attempts);
        return Promise.resolve();
      },
    );
    await until(async () => runs === 1 && (await db.job.count({ where: { leaseId: null } })) === 1);
    const [row] = await db.job.findMany();
    expect(row?.attempts).toBe(1);
    expect(row?.runAt.getTime()).toBeGreaterThan(Date.now());
    await db.job.updateMany({ data: { runAt: new Date(0), attempts: 30 } });
    await until(() => gaveUp.length > 0);
    expect([runs, gaveUp]).toEqual([1, [31]]);
    await until(async () => (await db.job.count()) === 0);
  });

  it('end for who is at them when they are cancelled', async () => {
    const user = await newUser();
    await add(user, 'one');
    const begun = gate();
    const reasons: unknown[] = [];
    startWorker(async ({ signal }) => {
      begun.open();
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          resolve();
        });
      });
      reasons.push(signal.reason);
    });
    await begun.passed;
    await queue.cancel(db, 'one');
    await until(() => reasons.length > 0);
    expect(reasons).toEqual([expect.any(JobLostError)]);
    await add(user, 'one');
  });

  it('are handed over at once by a process that is stopped', async () => {
    const user = await newUser();
    await add(user, 'one');
    const begun = gate();
    const first = startWorker(async ({ signal }) => {
      begun.open();
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          resolve();
        });
      });
    });
    await begun.passed;
    await first.beforeApplicationShutdown();
    const [row] = await db.job.findMany();
    expect(row).toMatchObject({ leaseId: null, leaseUntil: null, attempts: 0 });
  });
});
