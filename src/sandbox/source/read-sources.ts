import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Slots } from '../../common/slots.js';
import { packageRoot } from '../../config/package-root.js';
import type { SourceFault } from './prepare-source.js';

/** One source to be checked for a function or, without one, to be searched for origins. */
export interface SourceTask {
  source: string;
  functionName?: string;
  /** Functions that may not stand beside it, nor may anything but definitions. */
  others?: readonly string[];
}

type Reading = SourceFault[] | string[];

/** On the wall, for all the sources of one caller: an ordinary one takes some milliseconds. */
const MOST_MS = 5_000;
const HEAP_MB = 256;
/** A thread that nobody needed for so long is ended. */
const IDLE_MS = 30_000;
/** Callers at once, so that one whose source takes long does not hold up all others. */
const THREADS = 2;

const TOO_SLOW: SourceFault = { detail: 'It takes too long to parse.', line: 1, column: 1 };

/**
 * The faults of each source that must define, at its top level, the function of its name. Parsed on
 * a thread of its own: a hostile source can keep a parser busy for minutes.
 */
export async function checkSources(
  sources: Record<string, string>,
): Promise<Record<string, SourceFault[]>> {
  const names = Object.keys(sources);
  const tasks = names.map((name) => ({ source: sources[name] ?? '', functionName: name }));
  const found = (await read(tasks)) as (SourceFault[] | undefined)[];
  return Object.fromEntries(names.map((name, at) => [name, found[at] ?? [TOO_SLOW]]));
}

/** The faults of a source that must define this function and none of the others, checked likewise. */
export async function checkLoneFunction(
  source: string,
  functionName: string,
  others: readonly string[],
): Promise<SourceFault[]> {
  const [found] = (await read([{ source, functionName, others }])) as (SourceFault[] | undefined)[];
  return found ?? [TOO_SLOW];
}

/** The origins that sources name, and whether there was time to look at all of them. */
export interface FoundOrigins {
  origins: string[];
  complete: boolean;
}

/** What `literalOrigins` finds in the sources together, parsed on a thread of its own as well. */
export async function originsIn(sources: string[]): Promise<FoundOrigins> {
  const found = (await read(sources.map((source) => ({ source })))) as (string[] | undefined)[];
  const origins = [...new Set(found.flatMap((each) => each ?? []))];
  return { origins, complete: found.filter(Boolean).length === sources.length };
}

const idle: { worker: Worker; retire: NodeJS.Timeout }[] = [];
const threads = new Slots(THREADS);

/** What comes of each task; undefined from the one on for which there was no time left. */
async function read(tasks: SourceTask[]): Promise<(Reading | undefined)[]> {
  const release = await threads.take(new AbortController().signal);
  const readings: (Reading | undefined)[] = [];
  let leftMs = MOST_MS;
  let worker: Worker | undefined;
  try {
    for (const task of tasks) {
      if (leftMs <= 0) break;
      worker ??= await takeWorker();
      const began = performance.now();
      const reading = await ask(worker, task, leftMs);
      readings.push(reading);
      // A timer may fire a little early.
      leftMs -= performance.now() - began + 5;
      if (reading !== undefined) continue;
      void worker.terminate();
      worker = undefined;
    }
    return readings;
  } finally {
    if (worker) giveBack(worker);
    release();
  }
}

/** Undefined where there is no answer in time, or the thread broke. */
function ask(worker: Worker, task: SourceTask, ms: number): Promise<Reading | undefined> {
  return new Promise((resolve) => {
    const settle = (reading: Reading | undefined): void => {
      clearTimeout(timer);
      for (const event of ['message', 'exit']) worker.removeAllListeners(event);
      resolve(reading);
    };
    const timer = setTimeout(settle, ms, undefined);
    worker.once('message', settle);
    // An error comes before it.
    worker.once('exit', () => {
      settle(undefined);
    });
    worker.postMessage(task);
  });
}

async function takeWorker(): Promise<Worker> {
  const ready = idle.pop();
  if (!ready) {
    const resourceLimits = { maxOldGenerationSizeMb: HEAP_MB };
    const worker = new Worker(workerEntry(), { resourceLimits, env: {}, execArgv: [] });
    // Told by 'exit'.
    worker.on('error', () => undefined);
    // On a busy machine, coming up takes longer than the work.
    await new Promise((resolve) => worker.once('online', resolve).once('exit', resolve));
    worker.removeAllListeners('exit');
    return worker;
  }
  clearTimeout(ready.retire);
  ready.worker.removeAllListeners('exit');
  ready.worker.ref();
  return ready.worker;
}

function giveBack(worker: Worker): void {
  const leave = (): void => {
    const at = idle.findIndex((ready) => ready.worker === worker);
    if (at >= 0) idle.splice(at, 1);
    void worker.terminate();
  };
  worker.once('exit', leave);
  worker.unref();
  idle.push({ worker, retire: setTimeout(leave, IDLE_MS).unref() });
}

/** The compiled program of a thread. From sources that are not compiled, the built one. */
function workerEntry(): string {
  const beside = fileURLToPath(new URL('./source-worker.js', import.meta.url));
  return existsSync(beside) ? beside : join(packageRoot(), 'dist/sandbox/source/source-worker.js');
}
