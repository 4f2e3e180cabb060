import {
  BadPageError,
  JsonTooDeepError,
  PathEvaluationError,
} from '../../mapping/mapping.errors.js';
import type { ChildOutcome } from '../child-messages.js';
import { cutText, MESSAGE_BYTES } from '../cut-text.js';
import { limitOutcome } from '../limit-outcome.js';
import { type PageSink, RecordTooLargeError } from './page-sink.js';

/** Gives a page to the sink. What comes back ends the read; undefined: more may come. */
export function takePage(sink: PageSink, json: string): ChildOutcome | undefined {
  try {
    return sink.page(json) ? undefined : { kind: 'ok', stop: 'cut' };
  } catch (error) {
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
    throw error;
  }
}
