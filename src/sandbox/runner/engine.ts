import type { QuickJSHandle } from 'quickjs-emscripten-core';

import { copyEngine, type EngineCopy } from './engine-image.js';
import { blankMemory, type EngineMemory } from './engine-memory.js';
import {
  EngineMemoryError,
  EngineValues,
  type HostAnswer,
  type HostValue,
} from './engine-values.js';
import type { EngineFault, Entry, Host } from './realm/realm.types.js';

/** Jobs between two looks at the limits. */
const SLICE_JOBS = 256;

/** The host's functions, as the engine calls them: whatever it likes may come as an argument. */
export type HostFunctions = Record<keyof Host, (...args: HostValue[]) => HostAnswer>;

/** What an engine works with until it is over. */
interface Works extends Pick<EngineCopy, 'context' | 'entry'> {
  values: EngineValues;
}

/**
 * One JavaScript engine in a WASM instance of its own, good for one run. It is never disposed of:
 * taking it down by hand aborts in known cases, and dropping the instance, or zeroing its memory,
 * frees all of it.
 */
export class Engine {
  readonly memoryBytes: number;
  readonly #memory: EngineMemory;
  #works: Works | undefined;
  #starved = false;
  #host: HostFunctions | undefined;
  #hostFault: unknown;

  private constructor(copy: EngineCopy, memory: EngineMemory) {
    const { memory: wasmMemory } = memory;
    // The engine's allocator calls this very property.
    wasmMemory.grow = (pages) => {
      this.#starved = true;
      const before = WebAssembly.Memory.prototype.grow.call(wasmMemory, pages);
      this.#starved = false;
      return before;
    };
    this.#memory = memory;
    this.memoryBytes = memory.limitBytes;
    const { context, entry } = copy;
    this.#works = { context, entry, values: new EngineValues(context, copy.parse) };
  }

  /**
   * Makes an engine with the globals of connector code, whose memory never outgrows the limit. It
   * takes half as long with the memory that another has given up.
   */
  static async create(memoryBytes: number, used?: EngineMemory): Promise<Engine> {
    const memory = blankMemory(memoryBytes, used);
    const copy = await copyEngine(memory.memory, (name, args) => engine.#callHost(name, args));
    const engine = new Engine(copy, memory);
    return engine;
  }

  /** Whether the engine last asked for more memory than its limit allows. */
  get starved(): boolean {
    return this.#starved;
  }

  /** Gives a run its host; from here on, `mustStop` is asked again and again and ends the code. */
  attach(host: HostFunctions, mustStop: () => boolean): void {
    this.#host = host;
    this.#inside.context.runtime.setInterruptHandler(
      () => this.#hostFault !== undefined || mustStop(),
    );
  }

  /** Runs a script of the user's; what it throws comes back. */
  evaluate(source: string, file: string): EngineFault | undefined {
    const result = this.#inside.context.evalCode(source, file, { type: 'global' });
    if (result.error) return this.#describe(result.error);
    result.value.dispose();
    return undefined;
  }

  /** Calls the function of that name, which is a plain identifier; false where there is none. */
  start(functionName: string, argsJson: string, reads: boolean): boolean {
    if (!/^[A-Za-z_$][\w$]*$/.test(functionName)) return false;
    const lookup = `typeof ${functionName} === 'function' ? ${functionName} : undefined`;
    const result = this.#inside.context.evalCode(lookup, 'sandbox', { type: 'global' });
    if (result.error) {
      this.#throwHostFault();
      return false;
    }
    if (this.#inside.context.typeof(result.value) !== 'function') return false;
    const args = [
      result.value,
      this.#inside.values.toEngine(argsJson),
      this.#inside.values.toEngine(reads),
    ];
    this.#enter('start', args);
    return true;
  }

  call(name: 'provide' | 'settle' | 'reject' | 'fire' | 'resume', ...args: HostValue[]): void {
    this.#enter(
      name,
      args.map((argument) => this.#inside.values.toEngine(argument)),
    );
  }

  /** Runs some of the jobs that are ready to run; false where there were none left. */
  pump(): boolean {
    const result = this.#inside.context.runtime.executePendingJobs(SLICE_JOBS);
    this.#throwHostFault();
    if (result.error) throw new EngineError(this.#describe(result.error));
    return this.#inside.context.runtime.hasPendingJob();
  }

  /** Gives its memory for another to be made in. Of no use any more: each further call throws. */
  giveUp(): EngineMemory {
    this.#works = undefined;
    return this.#memory;
  }

  /** Throws once the memory was given up: it may be another engine's by now. */
  get #inside(): Works {
    if (!this.#works) throw new Error('The engine is over.');
    return this.#works;
  }

  #enter(name: keyof Entry, args: QuickJSHandle[]): void {
    const entry = this.#inside.entry.get(name);
    if (!entry) throw new Error(`The realm has no ${name}.`);
    const result = this.#inside.context.callFunction(entry, this.#inside.context.undefined, args);
    for (const argument of args) argument.dispose();
    this.#throwHostFault();
    if (result.error) throw new EngineError(this.#describe(result.error));
    result.value.dispose();
  }

  #describe(error: QuickJSHandle): EngineFault {
    const entry = this.#inside.entry.get('describe');
    const result =
      entry && this.#inside.context.callFunction(entry, this.#inside.context.undefined, error);
    if (!result || result.error) return { name: 'InternalError', message: '', stack: '' };
    const text = this.#inside.context.getString(result.value);
    // Nothing is empty as JSON: the engine had no memory left for the text.
    if (text === '') throw new EngineMemoryError();
    return JSON.parse(text) as EngineFault;
  }

  /** A host function never throws into the engine, where user code could catch what it throws. */
  #callHost(name: keyof Host, args: QuickJSHandle[]): QuickJSHandle {
    // Once something went wrong out here, nothing counts of what the code still says.
    if (this.#hostFault !== undefined) return this.#inside.context.undefined;
    try {
      const values = args.map((handle) => this.#inside.values.fromEngine(handle));
      return this.#inside.values.toEngine(this.#host?.[name](...values));
    } catch (error) {
      this.#hostFault ??= error;
      return this.#inside.context.undefined;
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
