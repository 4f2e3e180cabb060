import { ProblemError, problemType } from '../../common/problem.js';

/** What a sample without records can be; it is not quoted, since it may hold a secret. */
const NAMES: Partial<Record<string, string>> = {
  boolean: 'a boolean',
  number: 'a number',
  object: 'an empty object',
  string: 'a text',
};

/** A sample holds nothing that could be a record. */
export class NoRecordsError extends ProblemError {
  static readonly type = problemType('builder.no_records', 422, 'The sample holds no records');
  constructor(sample: unknown) {
    const found = sample === null ? 'null' : NAMES[typeof sample];
    super(
      NoRecordsError.type,
      `Records are the elements of an array, the members of an object, or a single object; the sample is ${found ?? 'none'}.`,
    );
  }
}
