// @ts-check
// The processes and folders that a benchmark uses. Whatever ends the runner, they are gone first.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Undone last first. @type {(() => Promise<void>)[]} */
const undo = [];

/** How long a process may take to end in order. */
const GRACE_MS = 15_000;

/**
 * Has something undone at the end; gives a function that undoes it now. It is done once, and whoever
 * asks for it waits until it is done.
 * @param {() => Promise<void> | void} step
 */
export function later(step) {
  /** @type {Promise<void> | undefined} */
  let done;
  const undoNow = () =>
    (done ??= Promise.resolve(step()).finally(() => undo.splice(undo.indexOf(undoNow), 1)));
  undo.push(undoNow);
  return undoNow;
}

/** Ends all that is still there. */
export async function endAll() {
  for (let step = undo.at(-1); step; step = undo.at(-1)) await step();
}

/**
 * Starts a Node program that says on its output when it is ready, in a line that `ready` finds.
 * @param {string} program its path from the package's root
 * @param {{ node?: string[], args?: string[], env?: NodeJS.ProcessEnv, ready: RegExp[] }} options `node` are
 * options of Node itself
 * @returns {Promise<{ pid: number, found: string[], end: () => Promise<void> }>} what the groups of
 * `ready` found
 */
export async function startProgram(program, { node = [], args = [], env, ready }) {
  const path = fileURLToPath(new URL(`../${program}`, import.meta.url));
  const child = spawn(process.execPath, [...node, path, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Not in the terminal's group: Ctrl-C goes to the runner, which ends it in order.
    detached: true,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  const gone = once(child, 'exit');
  const end = later(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    await gone;
    clearTimeout(hard);
  });
  /** @type {string[]} */
  const found = [];
  for await (const line of createInterface({ input: child.stdout })) {
    ready.forEach((pattern, index) => {
      const match = pattern.exec(line)?.[1];
      if (match !== undefined) found[index] ??= match;
    });
    if (ready.every((_, index) => found[index] !== undefined)) {
      child.stdout.resume();
      return { pid: child.pid ?? 0, found, end };
    }
  }
  throw new Error(`${program} ended before it was ready.`);
}

/**
 * Starts one of the benchmarks' own servers; gives its host and port.
 * @param {string} name
 * @param {string[]} args
 */
export async function startServer(name, ...args) {
  const { found, pid, end } = await startProgram(`bench/${name}`, {
    args,
    ready: [/listening on (\S+)/],
  });
  return { host: found[0] ?? '', pid, end };
}
