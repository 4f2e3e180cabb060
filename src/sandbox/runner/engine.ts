import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten-core';

import { copyEngine, type EngineCopy } from './engine-image.js';
import { EngineMemoryError, EngineValues, type HostValue } from './engine-values.js';
import type { EngineFault, Entry, Host } from './realm/realm.types.js';

/** Jobs between two looks at the limits. */
const SLICE_JOBS = 256;

/** The host's functions, as the engine calls them: whatever it likes may come as an argument. */
export type HostFunctions = Record<keyof Host, (...args: HostValue[]) => HostValue>;

/**
 * One JavaScript engine in a WASM instance of its own, good for one run. It is never disposed of:
 * dropping the instance frees all of it, and taking it down by hand aborts in known cases.
 */
export class Engine {
  readonly memoryBytes: number;
  readonly #context: QuickJSContext;
  readonly #values: EngineValues;
  readonly #entry: EngineCopy['entry'];
  #starved = false;
  #host: HostFunctions | undefined;
  #hostFault: unknown;

  private constructor(copy: EngineCopy, memoryBytes: number) {
    const { context, wasmMemory } = copy;
    // The engine's allocator calls this very property.
    const grow = wasmMemory.grow.bind(wasmMemory);
    wasmMemory.grow = (pages) => {
      this.#starved = true;
      const before = grow(pages);
      this.#starved = false;
      return before;
    };
    this.#context = context;
    this.#entry = copy.entry;
    this.memoryBytes = memoryBytes;
    this.#values = new EngineValues(context, copy.parse);
  }

  /** Makes an engine with the globals of connector code, whose memory never outgrows the limit. */
  static async create(memoryBytes: number): Promise<Engine> {
    const copy = await copyEngine(memoryBytes, (name, args) => engine.#callHost(name, args));
    const engine = new Engine(copy, memoryBytes);
    return engine;
  }

  /** Whether the engine last asked for more memory than its limit allows. */
  get starved(): boolean {
    return this.#starved;
  }

  /** Gives a run its host; from here on, `mustStop` is asked again and again and ends the code. */
  attach(host: HostFunctions, mustStop: () => boolean): void {
    this.#host = host;
    this.#context.runtime.setInterruptHandler(() => this.#hostFault !== undefined || mustStop());
  }

  /** Runs a script of the user's; what it throws comes back. */
  evaluate(source: string, file: string): EngineFault | undefined {
    const result = this.#context.evalCode(source, file, { type: 'global' });
    if (result.error) return this.#describe(result.error);
    result.value.dispose();
    return undefined;
  }

  /** Calls the function of that name, which is a plain identifier; false where there is none. */
  start(functionName: string, argsJson: string, reads: boolean): boolean {
    if (!/^[A-Za-z_$][\w$]*$/.test(functionName)) return false;
    const lookup = `typeof ${functionName} === 'function' ? ${functionName} : undefined`;
    const result = this.#context.evalCode(lookup, 'sandbox', { type: 'global' });
    if (result.error) {
      this.#throwHostFault();
      return false;
    }
    if (this.#context.typeof(result.value) !== 'function') return false;
    const args = [result.value, this.#values.toEngine(argsJson), this.#values.toEngine(reads)];
    this.#enter('start', args);
    return true;
  }

  call(name: 'provide' | 'settle' | 'reject' | 'fire' | 'resume', ...args: HostValue[]): void {
    this.#enter(
      name,
      args.map((argument) => this.#values.toEngine(argument)),
    );
  }

  /** Runs some of the jobs that are ready to run; false where there were none left. */
  pump(): boolean {
    const result = this.#context.runtime.executePendingJobs(SLICE_JOBS);
    this.#throwHostFault();
    if (result.error) throw new EngineError(this.#describe(result.error));
    return this.#context.runtime.hasPendingJob();
  }

  #enter(name: keyof Entry, args: QuickJSHandle[]): void {
    const entry = this.#entry.get(name);
    if (!entry) throw new Error(`The realm has no ${name}.`);
    const result = this.#context.callFunction(entry, this.#context.undefined, args);
    for (const argument of args) argument.dispose();
    this.#throwHostFault();
    if (result.error) throw new EngineError(this.#describe(result.error));
    result.value.dispose();
  }

  #describe(error: QuickJSHandle): EngineFault {
    const entry = this.#entry.get('describe');
    const result = entry && this.#context.callFunction(entry, this.#context.undefined, error);
    if (!result || result.error) return { name: 'InternalError', message: '', stack: '' };
    const text = this.#context.getString(result.value);
    // Nothing is empty as JSON: the engine had no memory left for the text.
    if (text === '') throw new EngineMemoryError();
    return JSON.parse(text) as EngineFault;
  }

  /** A host function never throws into the engine, where user code could catch what it throws. */
  #callHost(name: keyof Host, args: QuickJSHandle[]): QuickJSHandle {
    // Once something went wrong out here, nothing counts of what the code still says.
    if (this.#hostFault !== undefined) return this.#context.undefined;
    try {
      const values = args.map((handle) => this.#values.fromEngine(handle));
      return this.#values.toEngine(this.#host?.[name](...values));
    } catch (error) {
      this.#hostFault ??= error;
      return this.#context.undefined;
    }
  }

  #throwHostFault(): void {
    if (this.#hostFault instanceof Error) throw this.#hostFault;
  }
}

/** Something was thrown where no user code could catch it: an interrupt, or no memory left. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  constructor(readonly fault: EngineFault) {
    super(fault.message);
  }
}
