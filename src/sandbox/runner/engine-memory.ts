const PAGE_BYTES = 65_536;
/** What the engine is linked to begin with. */
export const INITIAL_PAGES = 256;
/** What is zeroed at once, and looked at for whether it has to be. */
const CHUNK_BYTES = PAGE_BYTES;
const ZEROS = Buffer.alloc(CHUNK_BYTES);
/** Beyond this, to zero a memory takes as long as to have the system map another. */
const MAX_USED_CHUNKS = 64;

/**
 * The memory for an engine, all of it zero, which grows to the limit in bytes and no further. One
 * that is over is taken again where it has that limit and has not grown: to have a new one mapped and
 * the old one collected costs several times what a short run does. No engine may be at work in it.
 */
export function blankMemory(limitBytes: number, used?: EngineMemory): EngineMemory {
  if (used?.limitBytes === limitBytes && blank(used.memory)) return used;
  const maximum = Math.max(INITIAL_PAGES, Math.floor(limitBytes / PAGE_BYTES));
  return {
    limitBytes,
    memory: new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum }),
  };
}

export interface EngineMemory {
  readonly limitBytes: number;
  readonly memory: WebAssembly.Memory;
}

/** Zeroes a memory; false where it has grown, or too much of it was used. */
function blank(memory: WebAssembly.Memory): boolean {
  const bytes = Buffer.from(memory.buffer);
  if (bytes.length > INITIAL_PAGES * PAGE_BYTES) return false;
  let used = 0;
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    const end = start + CHUNK_BYTES;
    if (ZEROS.compare(bytes, start, end) === 0) continue;
    used += 1;
    if (used > MAX_USED_CHUNKS) return false;
    bytes.fill(0, start, end);
  }
  return true;
}
