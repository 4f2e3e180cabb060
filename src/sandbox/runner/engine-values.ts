import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten-core';

/** What goes over the wall between a host function and the engine. */
export type HostValue = string | number | boolean | Uint8Array | undefined;

/** The engine's memory is used up: nothing that it says from here on can be relied on. */
export class EngineMemoryError extends Error {
  override readonly name = 'EngineMemoryError';
}

interface Allocator {
  _malloc(bytes: number): number;
  _free(pointer: number): void;
}

/**
 * Moves values in and out. The library writes to address 0 where the engine's memory is used up, so
 * each way in is preceded by a look whether there is room.
 */
export class EngineValues {
  readonly #context: QuickJSContext;
  readonly #allocator: Allocator;
  #parse: QuickJSHandle | undefined;

  constructor(context: QuickJSContext) {
    this.#context = context;
    this.#allocator = (context as unknown as { module: Allocator }).module;
  }

  /** Keeps the engine's own `JSON.parse`, before any user code can replace it. */
  takeParse(): void {
    const json = this.#context.getProp(this.#context.global, 'JSON');
    this.#parse = this.#context.getProp(json, 'parse');
    json.dispose();
  }

  toEngine(value: HostValue): QuickJSHandle {
    switch (typeof value) {
      case 'string':
        return this.#string(value);
      case 'number':
        return this.#context.newNumber(value);
      case 'boolean':
        return value ? this.#context.true : this.#context.false;
      case 'undefined':
        return this.#context.undefined;
      default:
        this.#requireRoom(value.byteLength);
        return this.#context.newArrayBuffer(
          value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength),
        );
    }
  }

  /** Takes no objects but ArrayBuffers, whose bytes it copies. */
  fromEngine(handle: QuickJSHandle): HostValue {
    switch (this.#context.typeof(handle)) {
      case 'string':
        return this.#context.getString(handle);
      case 'number':
        return this.#context.getNumber(handle);
      case 'boolean':
        return this.#context.getNumber(handle) !== 0;
      case 'object':
        return this.#bytes(handle);
      default:
        return undefined;
    }
  }

  #bytes(handle: QuickJSHandle): Uint8Array {
    let held;
    try {
      held = this.#context.getArrayBuffer(handle);
    } catch {
      throw new EngineMemoryError();
    }
    const copy = Uint8Array.from(held.value);
    held.dispose();
    return copy;
  }

  #string(text: string): QuickJSHandle {
    // Of UTF-8 at most three bytes for each unit, and the engine keeps a copy of its own.
    this.#requireRoom(text.length * 4);
    if (!text.includes('\0') && text.isWellFormed()) return this.#context.newString(text);
    const quoted = this.#context.newString(JSON.stringify(text));
    if (!this.#parse) throw new Error('The engine is not ready to take text.');
    const result = this.#context.callFunction(this.#parse, this.#context.undefined, quoted);
    quoted.dispose();
    if (result.error) throw new EngineMemoryError();
    return result.value;
  }

  #requireRoom(bytes: number): void {
    const pointer = this.#allocator._malloc(bytes * 2 + 4_096);
    if (pointer === 0) throw new EngineMemoryError();
    this.#allocator._free(pointer);
  }
}
