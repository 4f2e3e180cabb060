/** A text that is not JSON. Line and column count from 1, the position from 0, all in UTF-16 units. */
export class MalformedJsonError extends Error {
  override readonly name = 'MalformedJsonError';
  readonly code = 'json.malformed';

  constructor(
    readonly detail: string,
    readonly position: number,
    readonly line: number,
    readonly column: number,
  ) {
    super(`not valid JSON: ${detail} at line ${line}, column ${column}`);
  }
}

/** A value nested too deeply to be written as JSON. */
export class JsonTooDeepError extends Error {
  override readonly name = 'JsonTooDeepError';
  readonly code = 'json.too_deep';

  constructor(options?: ErrorOptions) {
    super('the value is nested too deeply', options);
  }
}
