import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import variantModule from '@jitl/quickjs-wasmfile-release-sync';
import {
  type JSContextPointer,
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core';

import { blankMemory } from './engine-memory.js';
import { realmSource } from './realm/realm-source.js';
import type { Entry, Host } from './realm/realm.types.js';

/** Divides what the engine begins with. */
const PART_BYTES = 4_096;
/** Deep enough for honest recursion; within what the stack given to V8 bears in every native. */
const STACK_BYTES = 256 * 1024;

const HOST_NAMES: readonly (keyof Host)[] = [
  'log',
  'now',
  'alarm',
  'fetch',
  'abortFetch',
  'takeText',
  'takeBytes',
  'dropBody',
  'openDocument',
  'member',
  'members',
  'documentText',
  'dropDocument',
  'holdsBytes',
  'planPages',
  'surveyPage',
  'bodyWith',
  'nextLink',
  'holdsStandIn',
  'parseUrl',
  'changeUrl',
  'encodeText',
  'encodingName',
  'decodeText',
  'compareTexts',
  'atob',
  'btoa',
  'randomUuid',
  'randomBytes',
  'digest',
  'hmac',
  'page',
  'pageOutside',
  'result',
  'resultOutside',
  'end',
  'fail',
];

const ENTRY_NAMES: readonly (keyof Entry)[] = [
  'provide',
  'start',
  'settle',
  'reject',
  'fire',
  'resume',
  'describe',
];

/** The types of the package are those of its CommonJS build, whose default is one level down. */
const baseVariant = variantModule as unknown as QuickJSSyncVariant;

/** What the package keeps to itself. */
interface Inside {
  ctx: { value: JSContextPointer };
  memory: { heapValueHandle(pointer: number): QuickJSHandle };
  ffi: { QTS_NewRuntime(): number };
  rt: { value: number };
}

const inside = (of: QuickJSContext | QuickJSWASMModule): Inside => of as unknown as Inside;
const pointerOf = (handle: QuickJSHandle): number => (handle as unknown as { value: number }).value;

/**
 * The memory of an engine that has the globals of connector code and has run nothing yet, and where
 * in it things are. Whatever QuickJS knows is in that memory; the library keeps beside it only the
 * addresses and the host's functions, which have the numbers of their order.
 */
interface EngineImage {
  /** What differs from the memory of an engine that was only loaded. */
  parts: MemoryPart[];
  runtime: number;
  context: JSContextPointer;
  entry: Map<keyof Entry, number>;
  parse: number;
}

interface MemoryPart {
  offset: number;
  bytes: Uint8Array;
}

/** An engine that was made from the image. */
export interface EngineCopy {
  context: QuickJSContext;
  entry: ReadonlyMap<keyof Entry, QuickJSHandle>;
  /** The engine's own `JSON.parse`, whatever user code puts in its place. */
  parse: QuickJSHandle;
}

export type CallHost = (name: keyof Host, args: QuickJSHandle[]) => QuickJSHandle;

let compiled: WebAssembly.Module | undefined;
let image: Promise<EngineImage> | undefined;

/**
 * Makes an engine with the globals of connector code, in a memory that is blank. To set the globals
 * up takes the engine 12 ms and more, so this is done once in the life of a process, and every engine
 * begins with a copy of what its memory held then.
 */
export async function copyEngine(
  wasmMemory: WebAssembly.Memory,
  callHost: CallHost,
): Promise<EngineCopy> {
  image ??= takeImage();
  const { parts, runtime: runtimeAt, context: contextAt, ...at } = await image;
  const quickjs = await load(wasmMemory);
  const bytes = new Uint8Array(wasmMemory.buffer);
  for (const part of parts) bytes.set(part.bytes, part.offset);
  inside(quickjs).ffi.QTS_NewRuntime = () => runtimeAt;
  const runtime = quickjs.newRuntime();
  const context = runtime.newContext({ contextPointer: contextAt });
  for (const name of HOST_NAMES) {
    runtime.hostRefs.put((...args: QuickJSHandle[]) => callHost(name, args));
  }
  const { memory } = inside(context);
  const entry = new Map(
    [...at.entry].map(([name, value]) => [name, memory.heapValueHandle(value)]),
  );
  return { context, entry, parse: memory.heapValueHandle(at.parse) };
}

async function load(wasmMemory: WebAssembly.Memory): Promise<QuickJSWASMModule> {
  const url = import.meta.resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
  compiled ??= new WebAssembly.Module(readFileSync(fileURLToPath(url)));
  const variant = newVariant(baseVariant, { wasmModule: compiled, wasmMemory });
  return newQuickJSWASMModuleFromVariant(variant);
}

async function takeImage(): Promise<EngineImage> {
  const { memory: loaded } = blankMemory(0);
  await load(loaded);
  const { memory: wasmMemory } = blankMemory(0);
  const quickjs = await load(wasmMemory);
  const runtime = quickjs.newRuntime({ maxStackSizeBytes: STACK_BYTES });
  const context = runtime.newContext();
  const json = context.getProp(context.global, 'JSON');
  const parse = context.getProp(json, 'parse');
  json.dispose();
  const host = context.newObject();
  for (const name of HOST_NAMES) {
    const bridge = context.newFunction(name, () => context.undefined);
    context.setProp(host, name, bridge);
    bridge.dispose();
  }
  const made = context.unwrapResult(
    context.evalCode(realmSource, 'sandbox', { type: 'global', strict: true }),
  );
  const entries = context.unwrapResult(context.callFunction(made, context.undefined, host));
  const entry = new Map(
    ENTRY_NAMES.map((name) => [name, pointerOf(context.getProp(entries, name))]),
  );
  for (const handle of [made, host, entries]) handle.dispose();
  return {
    parts: changedParts(loaded, wasmMemory),
    runtime: inside(context).rt.value,
    context: inside(context).ctx.value,
    entry,
    parse: pointerOf(parse),
  };
}

/** Where the second differs from the first, which has the same size, to some 4 KiB. */
function changedParts(before: WebAssembly.Memory, after: WebAssembly.Memory): MemoryPart[] {
  const [old, now] = [Buffer.from(before.buffer), Buffer.from(after.buffer)];
  const parts: { start: number; end: number }[] = [];
  for (let start = 0; start < now.length; start += PART_BYTES) {
    const end = start + PART_BYTES;
    if (old.compare(now, start, end, start, end) === 0) continue;
    const last = parts.at(-1);
    if (last?.end === start) last.end = end;
    else parts.push({ start, end });
  }
  return parts.map(({ start, end }) => ({
    offset: start,
    bytes: Uint8Array.from(now.subarray(start, end)),
  }));
}
