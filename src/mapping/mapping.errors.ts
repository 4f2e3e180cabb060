/** One fault of some JSON that a user wrote; the pointer is RFC 6901. */
export interface Fault {
  pointer: string;
  detail: string;
}

/** A path that does not follow its language. The position counts from 0 in UTF-16 units. */
export class PathSyntaxError extends Error {
  override readonly name = 'PathSyntaxError';
  readonly code = 'mapping.path_syntax';

  constructor(
    readonly detail: string,
    readonly position?: number,
    options?: ErrorOptions,
  ) {
    super(position === undefined ? detail : `${detail} at position ${position}`, options);
  }
}

/** A path that could not be followed through some data, because the data is too deep or too large. */
export class PathEvaluationError extends Error {
  override readonly name = 'PathEvaluationError';
  readonly code = 'mapping.path_evaluation';

  constructor(path: string, options?: ErrorOptions) {
    super(`the data is nested too deeply, or too large, for the path ${path}`, options);
  }
}

/** A mapping that `checkMapping` finds faults in. */
export class InvalidMappingError extends Error {
  override readonly name = 'InvalidMappingError';
  readonly code = 'mapping.invalid';

  constructor(readonly faults: Fault[]) {
    super(`the mapping has faults: ${faults.map((f) => `${f.pointer} ${f.detail}`).join('; ')}`);
  }
}

/** A page or a record that can't be read at all; the pointer goes into it. */
export class BadPageError extends Error {
  override readonly name = 'BadPageError';
  readonly code = 'mapping.bad_page';

  constructor(
    readonly pointer: string,
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(`${pointer || 'the whole value'}: ${detail}`, options);
  }
}
