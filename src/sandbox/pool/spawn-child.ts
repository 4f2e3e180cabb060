import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../config/package-root.js';

export type SandboxProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** The code that runs inside: of the service itself, and what that imports. */
const FOLDERS = ['sandbox', 'completeness', 'mapping', 'json', 'egress', 'common'];
const PACKAGES = [
  '@jitl/quickjs-ffi-types',
  '@jitl/quickjs-wasmfile-release-sync',
  'quickjs-emscripten-core',
  'acorn',
  'http-link-header',
  'json-p3',
];

/** Of V8's own heap; the bytes of pages lie outside of it. */
const HEAP_MB = 1_024;
/** Below so much of it, V8 collects no whole heap; left to itself, it does every few pages. */
const UNCOLLECTED_MB = 64;
/** Of new objects: pages make hardly any, and V8 would make more room for them all the same. */
const NEW_SPACE_MB = 2;
/** A backstop over all the runs of a process; each run has its own limit far below. */
export const PROCESS_CPU_SECONDS = 3_600;
const STACK_KB = 32_768;
/** Below that stack, so that V8 notices an overflow before the kernel does. */
const V8_STACK_KB = 28_000;
/** Where the stack can't be raised: what V8 bears on the usual 8 MiB. */
const V8_SMALL_STACK_KB = 3_900;
const DATA_KB = 4 * 1024 * 1024;

/**
 * No core, no files, few descriptors (the loader opens all modules at once), and backstops for CPU and data; the address space can't be
 * capped, for each WASM memory reserves gigabytes of it. Then low priority, where there is `nice`.
 */
const LAUNCH = `
ulimit -c 0; ulimit -f 0; ulimit -n 256; ulimit -t ${PROCESS_CPU_SECONDS}
ulimit -d ${DATA_KB} 2>/dev/null
if ulimit -s ${STACK_KB} 2>/dev/null; then stack=${V8_STACK_KB}; else stack=${V8_SMALL_STACK_KB}; fi
node=$1; shift
if command -v nice >/dev/null 2>&1; then exec nice -n 10 "$node" --stack-size=$stack "$@"
else exec "$node" --stack-size=$stack "$@"; fi`;

/**
 * Nothing of this process's own. The C library keeps the memory of one page for the next, where it
 * would give it back to the system and fetch it again.
 */
const ENVIRONMENT = {
  TZ: 'UTC',
  MALLOC_MMAP_THRESHOLD_: String(64 * 1024 * 1024),
  MALLOC_TRIM_THRESHOLD_: String(64 * 1024 * 1024),
};

/** The compiled program of a sandbox process. From sources that are not compiled, the built one. */
export function runnerEntry(): string {
  const beside = fileURLToPath(new URL('../runner/main.js', import.meta.url));
  if (existsSync(beside)) return realpathSync(beside);
  return realpathSync(join(packageRoot(), 'dist/sandbox/runner/main.js'));
}

/**
 * Starts a sandbox process: an environment that says nothing of this one, a process group of
 * its own, no way to write, to start other processes or to read more than its own code.
 */
export function spawnChild(entry: string): SandboxProcess {
  const args = [
    permissionFlag(),
    ...readablePaths(entry).map((path) => `--allow-fs-read=${path}`),
    `--max-old-space-size=${HEAP_MB}`,
    `--initial-old-space-size=${UNCOLLECTED_MB}`,
    `--max-semi-space-size=${NEW_SPACE_MB}`,
    // What was compiled for one run is there for the next, also after a pause.
    '--no-flush-bytecode',
    // V8's own since Node 24. The smaller one of Node 20 has much compiled anew that runs but once.
    '--wasm-tiering-budget=13000000',
    '--disallow-code-generation-from-strings',
    // Else Node would have to read the links themselves, as where `node_modules` is one.
    '--preserve-symlinks',
    '--no-addons',
    '--no-warnings',
    entry,
  ];
  return spawn('/bin/sh', ['-c', LAUNCH, 'sandbox', process.execPath, ...args], {
    cwd: '/',
    env: ENVIRONMENT,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Ends a process and whatever it may have started. */
export function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

function permissionFlag(): string {
  const flags = process.allowedNodeEnvironmentFlags;
  return flags.has('--permission') ? '--permission' : '--experimental-permission';
}

function readablePaths(entry: string): string[] {
  const code = resolve(dirname(entry), '../..');
  const packages = PACKAGES.map((name) => join(nodeModules(code, name), name));
  const folders = [...FOLDERS.map((folder) => join(code, folder)), ...packages];
  return folders.map((folder) => `${folder}/*`);
}

/** The folder of installed packages that holds this one, as Node looks for it. */
function nodeModules(from: string, name: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules');
    if (existsSync(join(found, name))) return found;
    if (folder === dirname(folder)) throw new Error(`The package ${name} is not installed.`);
  }
}
