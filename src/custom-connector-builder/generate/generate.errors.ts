import { ProblemError, problemType } from '../../common/problem.js';
import type { Check } from './generate.types.js';

/** No language model is set up, or not wholly. */
export class NoModelError extends ProblemError {
  static readonly type = problemType('builder.no_model', 503, 'No language model is set up');
  constructor(missing: string[]) {
    const detail = `To have functions generated, the service needs the settings ${missing.join(', ')}.`;
    super(NoModelError.type, detail);
  }
}

/** The model's server takes no more requests for now. */
export class ModelRateLimitedError extends ProblemError {
  static readonly type = problemType(
    'builder.model_rate_limited',
    503,
    'The language model is overloaded',
  );
  constructor(retryAfter: string | undefined) {
    const detail = 'The language model’s server takes no more requests for now.';
    const headers = retryAfter === undefined ? {} : { headers: { 'Retry-After': retryAfter } };
    super(ModelRateLimitedError.type, detail, headers);
  }
}

/** The model did not want to answer. */
export class ModelRefusedError extends ProblemError {
  static readonly type = problemType('builder.model_refused', 502, 'The language model refused');
  constructor() {
    super(ModelRefusedError.type, 'The language model did not want to do what the prompt asks.');
  }
}

/** The model answered with nothing. */
export class ModelEmptyError extends ProblemError {
  static readonly type = problemType('builder.model_empty', 502, 'The language model said nothing');
  constructor() {
    super(ModelEmptyError.type, 'The language model’s answer is empty.');
  }
}

/** The model's answer is longer than any function may be, or was cut off. */
export class ModelTooLongError extends ProblemError {
  static readonly type = problemType(
    'builder.model_too_long',
    502,
    'The language model said too much',
  );
  constructor(detail: string) {
    super(ModelTooLongError.type, detail);
  }
}

/** The model's server can't be reached, refuses the key or the model, or does not speak its protocol. */
export class ModelFailedError extends ProblemError {
  static readonly type = problemType('builder.model_failed', 502, 'The language model failed');
  constructor(detail: string, cause?: unknown) {
    super(ModelFailedError.type, detail, { cause });
  }
}

/** All tries together took longer than AI_TIMEOUT_SECONDS. */
export class GenerationTimeError extends ProblemError {
  static readonly type = problemType('builder.time', 504, 'The generation took too long');
  constructor(seconds: number) {
    super(GenerationTimeError.type, `No function that passes came within ${seconds} seconds.`);
  }
}

/** No answer of the model held a function of the right name that can be kept. */
export class NoFunctionError extends ProblemError {
  static readonly type = problemType('builder.no_function', 502, 'No function came of it');
  constructor(functionName: string, checks: Check[]) {
    const detail = `None of the language model’s answers holds a function ${functionName} that can be kept.`;
    super(NoFunctionError.type, detail, { members: { function: functionName, checks } });
  }
}

/** All that a route which generates can answer with beside what its connector brings. */
export const GENERATE_PROBLEMS = [
  NoModelError,
  ModelRateLimitedError,
  ModelRefusedError,
  ModelEmptyError,
  ModelTooLongError,
  ModelFailedError,
  GenerationTimeError,
  NoFunctionError,
];
