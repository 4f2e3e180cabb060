import type { ChildOutcome } from '../child-messages.js';
import { cutText, MESSAGE_BYTES } from '../cut-text.js';
import { limitOutcome } from '../limit-outcome.js';
import { EngineMemoryError } from './engine-values.js';
import { EngineError } from './engine.js';
import { pageFault } from './page-fault.js';
import type { EngineFault } from './realm/realm.types.js';

/** The name under which connector source is run, so that positions in it can be told apart. */
export const SOURCE_FILE = 'connector.js';

const FRAME = /\bconnector\.js:(\d+):(\d+)/;
/** A compile error stands at a place of its own; one thrown by running code has a function there. */
const COMPILE_FRAME = /^\s*at connector\.js:\d/;
const OUT_OF_MEMORY = ['out of memory', 'string too long'];

/** The outcome of a run that ended with this fault. `starved`: the engine has no memory left. */
export function faultOutcome(
  fault: EngineFault,
  functionName: string,
  starved: boolean,
): ChildOutcome {
  const bare = fault.name === '' && fault.message === 'null';
  if (fault.name === 'InternalError' && OUT_OF_MEMORY.includes(fault.message)) {
    return limitOutcome('run.memory');
  }
  // Where there is no memory for the error itself, the engine throws null.
  if (starved && (bare || fault.message === '')) return limitOutcome('run.memory');
  const position = positionOf(fault.stack);
  const code = fault.remote;
  if (code === 'run.requests' || code === 'run.response') return limitOutcome(code, fault.message);
  const message = messageOf(fault);
  if (code !== undefined) return { kind: 'remote', code, message: fault.message, ...position };
  if (fault.notJson) {
    const detail = `What ${functionName} gave is not JSON: ${fault.message}`;
    return { kind: 'type', message: cutText(detail, MESSAGE_BYTES) };
  }
  if (fault.name === 'SyntaxError' && COMPILE_FRAME.test(fault.stack)) {
    return { kind: 'syntax', message: cutText(fault.message, MESSAGE_BYTES), ...position };
  }
  const { status } = fault;
  const remoteStatus = Number.isInteger(status) && status !== undefined && status >= 0;
  return { kind: 'thrown', message, ...(remoteStatus ? { status } : {}), ...position };
}

/**
 * The outcome of a run whose code was thrown out of the engine, where it could catch nothing. Throws
 * what is no fault of the code's.
 */
export function brokenOutcome(
  error: unknown,
  functionName: string,
  starved: boolean,
): ChildOutcome {
  if (error instanceof EngineError) return faultOutcome(error.fault, functionName, starved);
  if (error instanceof EngineMemoryError) return limitOutcome('run.memory');
  if (error instanceof WebAssembly.RuntimeError && starved) return limitOutcome('run.memory');
  if (error instanceof RangeError) {
    return { kind: 'thrown', message: 'Maximum call stack size exceeded' };
  }
  const outcome = pageFault(error);
  if (outcome) return outcome;
  throw error;
}

function messageOf(fault: EngineFault): string {
  const named = fault.name !== '' && fault.name !== 'Error';
  return cutText(named ? `${fault.name}: ${fault.message}` : fault.message, MESSAGE_BYTES);
}

function positionOf(stack: string): { line: number; column: number } | undefined {
  const found = FRAME.exec(stack);
  const line = Number(found?.[1]);
  const column = Number(found?.[2]);
  return Number.isSafeInteger(line) && Number.isSafeInteger(column) ? { line, column } : undefined;
}
