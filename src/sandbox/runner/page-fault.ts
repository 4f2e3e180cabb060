import { JsonTooDeepError } from '../../json/json.errors.js';
import { BadPageError, PathEvaluationError } from '../../mapping/mapping.errors.js';
import type { ChildOutcome } from '../child-messages.js';
import { cutText, MESSAGE_BYTES } from '../cut-text.js';
import { limitOutcome } from '../limit-outcome.js';
import { RecordTooLargeError } from './page-sink.js';

/** The outcome of a run that gave or held a page which can't be read; undefined for other errors. */
export function pageFault(error: unknown): ChildOutcome | undefined {
  if (error instanceof BadPageError) {
    const pointer = cutText(error.pointer, MESSAGE_BYTES);
    return { kind: 'type', message: cutText(error.message, MESSAGE_BYTES), pointer };
  }
  if (error instanceof RecordTooLargeError) return limitOutcome('run.result');
  if (error instanceof PathEvaluationError) {
    return { kind: 'type', message: cutText(error.message, MESSAGE_BYTES) };
  }
  if (error instanceof JsonTooDeepError || error instanceof RangeError) {
    return { kind: 'type', message: 'A page is nested too deeply.' };
  }
  return undefined;
}
