import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten-core';

/** A text for the engine, as UTF-8 without NUL: in as a string, without becoming one out here. */
export class Utf8Text {
  constructor(readonly bytes: Uint8Array) {}
}

/** What goes over the wall between a host function and the engine. */
export type HostValue = string | number | boolean | Uint8Array | undefined;
/** What a host function may give. */
export type HostAnswer = HostValue | Utf8Text;

/** The engine's memory is used up: nothing that it says from here on can be relied on. */
export class EngineMemoryError extends Error {
  override readonly name = 'EngineMemoryError';
}

/** What the package keeps to itself: moving text through it takes some six times as long. */
interface Inside {
  module: {
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    /** A new one after the memory has grown. */
    readonly HEAPU8: Uint8Array;
  };
  ctx: { value: number };
  ffi: {
    QTS_NewString(context: number, text: number): number;
    QTS_GetString(context: number, value: number): number;
    QTS_FreeCString(context: number, text: number): void;
  };
  memory: { heapValueHandle(pointer: number): QuickJSHandle };
}

/**
 * Moves values in and out. The library writes to address 0 where the engine's memory is used up, so
 * each way in is preceded by a look whether there is room.
 */
export class EngineValues {
  readonly #context: QuickJSContext;
  readonly #inside: Inside;
  readonly #parse: QuickJSHandle;

  /** `parse` is the engine's own `JSON.parse`. */
  constructor(context: QuickJSContext, parse: QuickJSHandle) {
    this.#context = context;
    this.#inside = context as unknown as Inside;
    this.#parse = parse;
  }

  toEngine(value: HostAnswer): QuickJSHandle {
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
        if (value instanceof Utf8Text) {
          const { bytes } = value;
          return this.#utf8(bytes.length, bytes.length, (heap) => {
            heap.set(bytes);
          });
        }
        this.#requireRoom(value.byteLength * 2);
        return this.#context.newArrayBuffer(
          value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength),
        );
    }
  }

  /** Takes no objects but ArrayBuffers, whose bytes it copies. */
  fromEngine(handle: QuickJSHandle): HostValue {
    switch (this.#context.typeof(handle)) {
      case 'string':
        return this.#text(handle);
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
    if (!text.includes('\0') && text.isWellFormed()) return this.#wellFormed(text);
    const quoted = this.#wellFormed(JSON.stringify(text));
    const result = this.#context.callFunction(this.#parse, this.#context.undefined, quoted);
    quoted.dispose();
    if (result.error) throw new EngineMemoryError();
    return result.value;
  }

  /** Text without NUL and lone surrogates, which UTF-8 that ends with a NUL can carry. */
  #wellFormed(text: string): QuickJSHandle {
    return this.#utf8(Buffer.byteLength(text), text.length, (heap) => {
      heap.write(text, 'utf8');
    });
  }

  /** A string of so many bytes and at most so many units, which `write` puts into the engine's memory. */
  #utf8(bytes: number, units: number, write: (heap: Buffer) => void): QuickJSHandle {
    const { module, ctx, ffi, memory } = this.#inside;
    // The engine's own copy has two bytes for each unit at most.
    this.#requireRoom(bytes + 2 * units);
    const pointer = module._malloc(bytes + 1);
    if (pointer === 0) throw new EngineMemoryError();
    const heap = Buffer.from(module.HEAPU8.buffer, pointer, bytes + 1);
    write(heap);
    heap[bytes] = 0;
    const value = ffi.QTS_NewString(ctx.value, pointer);
    module._free(pointer);
    return memory.heapValueHandle(value);
  }

  /** The text of a string, up to its first NUL; empty where the engine has no memory to give it. */
  #text(handle: QuickJSHandle): string {
    const { module, ctx, ffi } = this.#inside;
    const pointer = ffi.QTS_GetString(ctx.value, (handle as unknown as { value: number }).value);
    if (pointer === 0) return '';
    const heap = module.HEAPU8;
    const end = heap.indexOf(0, pointer);
    const text = Buffer.from(heap.buffer, pointer, end - pointer).toString();
    ffi.QTS_FreeCString(ctx.value, pointer);
    return text;
  }

  #requireRoom(bytes: number): void {
    const { module } = this.#inside;
    const pointer = module._malloc(bytes + 4_096);
    if (pointer === 0) throw new EngineMemoryError();
    module._free(pointer);
  }
}
