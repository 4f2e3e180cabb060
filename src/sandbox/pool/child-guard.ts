import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Keeps a list of process groups; when its standard input ends, however this process came to its
 * end, it kills what is on it. A sandbox in a native loop can't notice by itself that it is alone.
 */
const SCRIPT = `
list=' '
while read -r op pid; do
  case $op in
    +) list="$list$pid " ;;
    -) case $list in *" $pid "*) list="\${list%% $pid *} \${list#* $pid }" ;; esac ;;
  esac
done
for pid in $list; do kill -9 "-$pid" 2>/dev/null; done`;

/**
 * A small process that outlives this one by a moment, to end the sandboxes that it leaves behind.
 * One for a whole pool.
 */
export class ChildGuard {
  readonly #watched = new Set<number>();
  #process: ChildProcess | undefined;

  add(pid: number): void {
    this.#watched.add(pid);
    if (this.#process) this.#tell('+', pid);
    else this.#start();
  }

  delete(pid: number): void {
    this.#watched.delete(pid);
    this.#tell('-', pid);
  }

  /** Resolves once the guard is gone. What is still on its list goes with it. */
  async close(): Promise<void> {
    const guard = this.#process;
    this.#process = undefined;
    if (!guard || guard.exitCode !== null || guard.signalCode !== null) return;
    const gone = new Promise((resolve) => guard.once('exit', resolve));
    guard.stdin?.end();
    await gone;
  }

  #tell(op: string, pid: number): void {
    this.#process?.stdin?.write(`${op} ${pid}\n`);
  }

  #start(): void {
    const guard = spawn('/bin/sh', ['-c', SCRIPT], {
      cwd: '/',
      env: {},
      // Not in this process's group, which may be what is being killed.
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#process = guard;
    guard.stdin.on('error', () => {
      // Told by 'exit'.
    });
    const restart = (): void => {
      if (this.#process !== guard) return;
      this.#process = undefined;
      if (this.#watched.size > 0) this.#start();
    };
    guard.on('exit', restart);
    guard.on('error', restart);
    for (const pid of this.#watched) this.#tell('+', pid);
  }
}
